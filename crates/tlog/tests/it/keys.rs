//! Keys, key files and checkpoints, with the examples of the C2SP pages.

use tlog::{Checkpoint, Head, KeyError, KeyFile, KeyFileError, NoteError, SignedCheckpoint, VerifierKey};

use crate::support::{MemoryLog, checkpoint, key, key_file};

/// From the page on signed notes.
const FOO: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
/// From the tests of Go's `sumdb/note`.
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
/// From the page on checkpoints.
const SOFA: &str = "example.com/behind-the-sofa\n20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/\
    Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";

#[test]
fn verifier_keys_of_others_are_read_and_written_alike() {
    for text in [FOO, PETER] {
        let key: VerifierKey = text.parse().unwrap();
        assert_eq!(key.to_string(), text);
    }
    let key: VerifierKey = FOO.parse().unwrap();
    assert_eq!((key.name(), key.id().to_string().as_str()), ("example.com/foo", "530d903a"));
}

#[test]
fn other_spellings_of_a_verifier_key_are_refused() {
    let cases = [
        ("", KeyError::Format),
        ("example.com/foo", KeyError::Format),
        (&FOO.replace("530d903a", "530D903A"), KeyError::Format),
        (&FOO.replace("530d903a", "30d903a"), KeyError::Format),
        (&FOO.replace("530d903a", "530d903b"), KeyError::Id),
        (&FOO.replace("foo", "fop"), KeyError::Id),
        (&FOO.replace("foo", "f o"), KeyError::Format),
        (&FOO.replace("U2k", "U2l"), KeyError::Id),
        (&format!("{FOO}="), KeyError::Format),
        ("a+00000000+", KeyError::Format),
        ("a+00000000+BA==", KeyError::Algorithm),
        (&"a".repeat(600), KeyError::Format),
    ];
    for (text, want) in cases {
        assert_eq!(text.parse::<VerifierKey>().unwrap_err(), want, "{text}");
    }
}

#[test]
fn a_key_comes_back_from_its_seed_and_shows_only_its_public_half() {
    let key = key(1);
    let again = tlog::SigningKey::from_seed(key.origin().clone(), &key.seed());
    assert_eq!(again.verifier(), key.verifier());
    assert_eq!(key.verifier().name(), "trust.example.com/epoch/1");
    let seed = data_encoding::BASE64.encode(&*key.seed());
    assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.verifier()));
    assert!(!format!("{key:?}").contains(&seed));
}

#[test]
fn a_key_file_holds_several_epochs_and_comments() {
    let (one, two) = (key(1), key(2));
    let text = format!("# Keys of trust.example.com\n\n{}\n  {} \r\n", one.verifier(), two.verifier());
    let file: KeyFile = text.parse().unwrap();
    assert_eq!(file, key_file(&[1, 2]));
    assert_eq!(file.to_string().parse::<KeyFile>().unwrap(), file);
    assert_eq!(file.find("trust.example.com/epoch/2", two.id()), Some(two.verifier()));
    assert_eq!(file.find("trust.example.com/epoch/1", two.id()), None);

    let refused = |text: &str| text.parse::<KeyFile>().unwrap_err();
    assert_eq!(refused("# nothing\n"), KeyFileError::Empty);
    assert_eq!(refused(&format!("{FOO}\n{FOO}\n")), KeyFileError::Twice { line: 2 });
    assert_eq!(refused(&" ".repeat(65 * 1024)), KeyFileError::TooLarge);
    let error = refused(&format!("# a\n{FOO}x\n"));
    assert_eq!(error, KeyFileError::Line { line: 2, error: KeyError::Format });
}

#[test]
fn the_example_checkpoint_is_read() {
    let sofa = SignedCheckpoint::parse(SOFA).unwrap();
    assert_eq!(sofa.claim().origin, "example.com/behind-the-sofa");
    assert_eq!(sofa.claim().head.size, 20_852_163);
    assert_eq!(sofa.claim().head.root.to_string(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=");
    assert_eq!(sofa.signers()[0].to_string(), "example.com/behind-the-sofa (key 033de0ae)");
    assert_eq!(sofa.as_str(), SOFA);
    let unknown = NoteError::UnknownSigner("example.com/behind-the-sofa".to_owned());
    assert_eq!(sofa.verify(&FOO.parse().unwrap()), Err(unknown));
}

#[test]
fn a_checkpoint_is_signed_read_and_verified() {
    let signed = checkpoint(MemoryLog::of_size(5).head);
    assert_eq!(SignedCheckpoint::parse(signed.as_str()).unwrap(), signed);
    let verified = signed.verify(&key_file(&[1, 2])).unwrap();
    assert_eq!(verified, signed.signers());
    let unknown = NoteError::UnknownSigner("trust.example.com/epoch/1".to_owned());
    assert_eq!(signed.verify(&key_file(&[2])), Err(unknown));

    let other = Checkpoint { origin: "trust.example.com/epoch/2".to_owned(), head: Head::EMPTY };
    assert!(matches!(other.sign(&key(1)), Err(NoteError::OtherOrigin { .. })));

    let forged = signed.as_str().replace("\n5\n", "\n6\n");
    let error = SignedCheckpoint::parse(&forged).unwrap().verify(&key_file(&[1])).unwrap_err();
    assert!(matches!(error, NoteError::WrongSignature { .. }));
}

#[test]
fn cosignatures_are_kept_and_unknown_ones_ignored() {
    let signed = checkpoint(MemoryLog::of_size(5).head);
    let line = "— witness.example/w1 mJirIklj1roloI==";
    assert_eq!(signed.with_signatures(line), Err(NoteError::Malformed));
    let line = |n: u8| {
        let bytes = data_encoding::BASE64.encode(&[n; 76]);
        format!("— witness.example/w{n} {bytes}\n")
    };
    let lines = (0..16).map(line).collect::<Vec<_>>().concat();
    let cosigned = signed.with_signatures(&lines).unwrap();
    assert_eq!(cosigned.signers().len(), 17);
    assert_eq!(cosigned.with_signatures(&lines).unwrap(), cosigned);
    assert_eq!(cosigned.verify(&key_file(&[1])).unwrap(), signed.signers());
    // A signature by someone else alone does not make it the log's.
    let (text, _) = cosigned.as_str().split_once("— trust").unwrap();
    let foreign = SignedCheckpoint::parse(&format!("{text}{lines}")).unwrap();
    assert!(matches!(foreign.verify(&key_file(&[1])), Err(NoteError::UnknownSigner(_))));
}

#[test]
fn notes_that_are_no_checkpoints_are_refused() {
    let signed = checkpoint(MemoryLog::of_size(5).head);
    let text = signed.as_str();
    let cases = [
        (String::new(), NoteError::Malformed),
        (text.replace("\n\n", "\n"), NoteError::Malformed),
        (text.trim_end().to_owned(), NoteError::Malformed),
        (text.replace('—', "-"), NoteError::Malformed),
        (text.replace("trust", "tr\u{1}ust"), NoteError::Malformed),
        (text.replace("\n5\n", "\n05\n"), NoteError::NotCheckpoint),
        (text.replace("\n5\n", "\n-5\n"), NoteError::NotCheckpoint),
        (text.replace("\n5\n", "\n18446744073709551615\n"), NoteError::NotCheckpoint),
        (text.replace("\n\n", "\nextension\n\n"), NoteError::NotCheckpoint),
        (text.replace("=\n\n", "\n\n"), NoteError::NotCheckpoint),
        (text.repeat(400), NoteError::TooLarge),
    ];
    for (text, want) in cases {
        assert_eq!(SignedCheckpoint::parse(&text).unwrap_err(), want, "{text}");
    }
}
