//! Signatures: our own, those of GnuPG, and what hostile ones cost.

use super::{DAY, context};
use formats::security_txt::openpgp::{Checked, Keys, SignError, Signer, Standing, VerifyError, verify};
use formats::security_txt::{Code, Context, Limits, Now, Severity, read};
use proptest::prelude::*;
use std::path::Path;
use std::process::Command;

const TEXT: &str = "# \u{e9}t\u{e9}\nContact: mailto:security@example.com\n\nExpires: 2027-06-30T12:00:00Z \t\n\
                    Canonical: https://example.com/.well-known/security.txt\n";

macro_rules! key {
    ($name:literal, $half:literal) => {
        include_bytes!(concat!("keys/", $name, ".", $half, ".gpg"))
    };
}

fn keys(bytes: &[u8]) -> Keys {
    Keys::read(bytes).expect("a public key")
}

fn signed_by(secret: &[u8], password: &str) -> String {
    let signer = Signer::read(secret).expect("a secret key");
    signer.sign(TEXT.as_bytes(), password, &[7; 32], &context()).expect("signed")
}

fn at(day: &str) -> Now {
    Now::parse(day).expect("a day")
}

fn checked(text: &str, keys: &Keys, day: &str) -> Result<Vec<Checked>, VerifyError> {
    verify(&read(text.as_bytes(), Limits::default()).expect("small"), keys, at(day))
}

fn standing(text: &str, keys: &Keys, day: &str) -> Standing {
    checked(text, keys, day).expect("readable")[0].standing
}

#[test]
fn what_is_signed_is_good_until_it_is_changed() {
    let signed = signed_by(key!("signer", "secret"), "");
    let own = keys(key!("signer", "public"));
    let one = &checked(&signed, &own, DAY).expect("readable")[0];
    assert_eq!((one.standing, &one.issuer), (Standing::Good, &one.key));
    assert_eq!(one.created, Some(at(DAY).seconds()));
    assert_eq!(standing(&signed, &keys(key!("rsa", "public")), DAY), Standing::UnknownKey);
    assert_eq!(standing(&signed.replace("mailto:s", "mailto:S"), &own, DAY), Standing::Bad);
    assert_eq!(standing(&signed.replace("Canonical", "# Canonical"), &own, DAY), Standing::Bad);
    // Line endings and white space at the ends of lines are on no account.
    assert_eq!(standing(&signed.replace('\n', "\r\n"), &own, DAY), Standing::Good);
    assert_eq!(standing(&signed.replace("12:00:00Z", "12:00:00Z  "), &own, DAY), Standing::Good);
    assert_eq!(standing(&signed, &own, "2026-11-22T05:00:00Z"), Standing::FromFuture);
    let file = read(signed.as_bytes(), Limits::default()).expect("small");
    let verdict = formats::security_txt::lint(&file, &context());
    assert_eq!(verdict.codes(Severity::Error), Vec::<&str>::new());
    assert_eq!(verdict.codes(Severity::Recommendation), ["no_encryption", "no_policy"]);
}

#[test]
fn text_beside_the_signature_is_never_taken_for_signed() {
    let signed = signed_by(key!("signer", "secret"), "");
    let own = keys(key!("signer", "public"));
    let error = |text: &str| checked(text, &own, DAY).expect_err("refused");
    assert_eq!(error(&format!("Contact: tel:+1\n{signed}")), VerifyError::Outside { line: 1 });
    let lines = signed.lines().count();
    assert_eq!(error(&format!("{signed}\nContact: tel:+1\n")), VerifyError::Outside { line: lines + 2 });
    assert_eq!(error(TEXT), VerifyError::NotSigned);
    assert!(matches!(error(&signed.replace("-----END PGP SIGNATURE-----\n", "")), VerifyError::Armour { .. }));
    assert!(matches!(error(&signed.replacen("\n\n", "\n", 1)), VerifyError::Armour { line: 1, .. }));
    // A header that is no "Hash:" is text, and the text is then another.
    let header = signed.replacen("Hash: ", "Charset: x\nHash: ", 1);
    assert!(checked(&header, &own, DAY).map_or(true, |all| all[0].standing == Standing::Bad));
}

#[test]
fn a_key_of_version_6_signs_and_is_verified() {
    use pgp::composed::{ArmorOptions, Deserializable, SignedSecretKey};
    let secret = include_str!("keys/sixth.secret.asc");
    let (key, _) = SignedSecretKey::from_string(secret).expect("a key");
    let public = key.to_public_key().to_armored_string(ArmorOptions::default()).expect("armour");
    let signed = signed_by(secret.as_bytes(), "");
    let own = keys(public.as_bytes());
    let one = &checked(&signed, &own, DAY).expect("readable")[0];
    assert_eq!((one.standing, one.issuer.as_ref().map(String::len)), (Standing::Good, Some(64)));
    assert_eq!(standing(&signed.replace("mailto:s", "mailto:S"), &own, DAY), Standing::Bad);
    assert_eq!(standing(&signed, &keys(key!("signer", "public")), DAY), Standing::UnknownKey);
}

#[test]
fn keys_are_asked_whether_they_may() {
    let signed = signed_by(key!("revoked", "secret"), "");
    assert_eq!(standing(&signed, &keys(key!("revoked", "public")), DAY), Standing::KeyRevoked);
    let short = Signer::read(key!("short", "secret")).expect("a key");
    let expired = short.sign(TEXT.as_bytes(), "", &[0; 32], &context()).expect_err("no more");
    assert_eq!(expired, SignError::NoSigningKey);
    let spring = Context { now: at("2026-05-01T00:00:00Z"), served: None };
    let text = TEXT.replace("2027-06-30", "2026-12-30");
    let signed = short.sign(text.as_bytes(), "", &[0; 32], &spring).expect("in time");
    let own = keys(key!("short", "public"));
    assert_eq!(standing(&signed, &own, "2026-05-31T00:00:00Z"), Standing::Good);
    assert_eq!(standing(&signed, &own, "2026-06-02T00:00:00Z"), Standing::KeyExpired);
    let certifier = Signer::read(key!("certifier", "secret")).expect("a key");
    let refused = certifier.sign(TEXT.as_bytes(), "", &[0; 32], &context()).expect_err("not made for it");
    assert_eq!(refused, SignError::NoSigningKey);
}

#[test]
fn a_subkey_signs_and_a_password_is_asked_for() {
    let locked = key!("locked", "secret");
    let signed = signed_by(locked, "correct horse");
    let one = &checked(&signed, &keys(key!("locked", "public")), DAY).expect("readable")[0];
    assert_eq!(one.standing, Standing::Good);
    assert_ne!(one.issuer, one.key, "the subkey signed, the key is named by its primary");
    let wrong = Signer::read(locked).expect("a key").sign(TEXT.as_bytes(), "wrong", &[0; 32], &context());
    assert!(matches!(wrong, Err(SignError::Locked(_))), "{wrong:?}");
}

#[test]
fn only_a_valid_file_is_signed_and_only_once() {
    let signer = Signer::read(key!("signer", "secret")).expect("a key");
    let sign = |text: &str| signer.sign(text.as_bytes(), "", &[0; 32], &context());
    let Err(SignError::Findings(found)) = sign("Contact: me\n") else { panic!("refused") };
    assert_eq!(found[0].code, Code::NoUri);
    assert_eq!(sign(&sign(TEXT).expect("signed")), Err(SignError::AlreadySigned));
    assert!(Keys::read(b"").is_err() && Keys::read(key!("signer", "secret")).is_err() && Signer::read(b"x").is_err());
    assert!(Signer::read(key!("signer", "public")).is_err());
}

#[test]
fn real_signatures_are_read() {
    let Some(folder) = outside::data("security-txt/raw") else { return };
    let own = keys(key!("signer", "public"));
    let (mut unknown, mut broken) = (0, Vec::new());
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a file");
        let file = read(&bytes, Limits::default()).expect("within bounds");
        match verify(&file, &own, at(DAY)) {
            Ok(checked) => {
                assert!(checked.iter().all(|one| one.standing == Standing::UnknownKey && one.issuer.is_some()));
                unknown += 1;
            }
            Err(VerifyError::NotSigned) => {}
            Err(e) => broken.push(e.to_string()),
        }
    }
    assert_eq!((unknown, broken.len()), (24, 1), "{broken:?}");
}

/// A folder for GnuPG with a key in it, or `None` and a line on stderr.
#[expect(clippy::print_stderr, reason = "a test that checks nothing must say so")]
fn gnupg(secret: &[u8]) -> Option<tempfile::TempDir> {
    if Command::new("gpg").arg("--version").output().is_err() {
        eprintln!("LEFT OUT: gpg is not there; install GnuPG to compare signatures with it");
        return None;
    }
    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(home.path().join("key.gpg"), secret).expect("written");
    let imported = gpg(home.path(), &["--import", "key.gpg"]);
    assert!(imported.0, "{}", imported.1);
    Some(home)
}

fn gpg(home: &Path, args: &[&str]) -> (bool, String) {
    let fixed = ["--batch", "--yes", "--no-tty", "--pinentry-mode", "loopback", "--passphrase", "correct horse"];
    let clock = ["--faked-system-time", "20261122T060000!"];
    let mut gpg = Command::new("gpg");
    let out = gpg.current_dir(home).arg("--homedir").arg(home).args(fixed).args(clock).args(args).output();
    let out = out.expect("gpg runs");
    (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
}

#[test]
fn gnupg_takes_ours_and_we_take_its() {
    let all: [(&[u8], &[u8], &str); 4] = [
        (key!("signer", "secret"), key!("signer", "public"), ""),
        (key!("curve", "secret"), key!("curve", "public"), ""),
        (key!("rsa", "secret"), key!("rsa", "public"), ""),
        (key!("locked", "secret"), key!("locked", "public"), "correct horse"),
    ];
    for (secret, public, password) in all {
        let Some(home) = gnupg(secret) else { return };
        let put = |name: &str, text: &str| std::fs::write(home.path().join(name), text).expect("written");
        put("ours.asc", &signed_by(secret, password));
        let (good, said) = gpg(home.path(), &["--verify", "ours.asc"]);
        assert!(good && said.contains("Good signature"), "{said}");
        put("changed.asc", &signed_by(secret, password).replace("mailto:s", "mailto:S"));
        assert!(!gpg(home.path(), &["--verify", "changed.asc"]).0, "GnuPG sees a change");
        // Dashes to escape, "From " and white space that is not signed, in both line endings.
        let odd = format!("{TEXT}# - x\n- a dash\n-----\nFrom a line \t \n");
        for text in [odd.clone(), odd.replace('\n', "\r\n")] {
            put("plain.txt", &text);
            let (done, said) = gpg(home.path(), &["--clearsign", "--output", "theirs.asc", "plain.txt"]);
            assert!(done, "{said}");
            let theirs = std::fs::read_to_string(home.path().join("theirs.asc")).expect("readable");
            assert_eq!(standing(&theirs, &keys(public), DAY), Standing::Good, "{theirs}");
            let changed = theirs.replace("a dash", "a Dash");
            assert_eq!(standing(&changed, &keys(public), DAY), Standing::Bad);
        }
        // The agent that gpg started ends with its folder.
        let _ = Command::new("gpgconf").arg("--homedir").arg(home.path()).args(["--kill", "all"]).output();
    }
}

/// rPGP reads signed text in blocks of 512 bytes; a line may end anywhere near their edges.
#[test]
fn gnupg_agrees_at_the_edges_of_blocks() {
    let Some(home) = gnupg(key!("signer", "secret")) else { return };
    let own = keys(key!("signer", "public"));
    let before = TEXT.lines().map(|line| line.trim_end().len() + 2).sum::<usize>();
    for edge in 509..515 {
        let text = format!("{TEXT}#{}\n# end\n", "x".repeat(edge - before - 1));
        std::fs::write(home.path().join("plain.txt"), &text).expect("written");
        let (done, said) = gpg(home.path(), &["--clearsign", "--output", "theirs.asc", "plain.txt"]);
        assert!(done, "{said}");
        let theirs = std::fs::read_to_string(home.path().join("theirs.asc")).expect("readable");
        assert_eq!(standing(&theirs, &own, DAY), Standing::Good, "{edge}");
    }
    let _ = Command::new("gpgconf").arg("--homedir").arg(home.path()).args(["--kill", "all"]).output();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Bytes of a real signature changed anywhere: an answer, never a panic, and never "good".
    #[test]
    fn a_changed_signature_is_never_good(at in any::<prop::sample::Index>(), bit in 0..8_u8, cut in any::<bool>()) {
        let signed = std::sync::LazyLock::force(&SIGNED);
        let (head, body) = signed.split_once("-----BEGIN PGP SIGNATURE-----\n\n").expect("a signature");
        let armour: Vec<_> = body.lines().take_while(|line| !line.starts_with(['=', '-'])).collect();
        let mut letters = armour.concat().into_bytes();
        let place = at.index(letters.len());
        if cut {
            letters.truncate(place);
        } else {
            letters[place] = b"ABCDEFGHabcdefgh012345+/"[usize::from(letters[place].wrapping_add(bit)) % 24];
        }
        let text = String::from_utf8(letters).expect("ASCII");
        if text == armour.concat() {
            return Ok(());
        }
        let changed =
            format!("{head}-----BEGIN PGP SIGNATURE-----\n\n{text}\n-----END PGP SIGNATURE-----\n");
        let own = keys(key!("signer", "public"));
        if let Ok(all) = checked(&changed, &own, DAY) {
            // Bytes 37 to 49 are the part that the signature does not cover: the id that it names a second time.
            let covered = !(48..=66).contains(&place);
            prop_assert!(all.iter().all(|one| one.standing != Standing::Good) || !covered, "{place} {changed}");
        }
    }

    #[test]
    fn any_bytes_as_keys_or_armour_end(bytes in prop::collection::vec(any::<u8>(), 0..400), tag in 0xC0..0xFF_u8) {
        let packet = [&[tag][..], &bytes].concat();
        let _ = (Keys::read(&packet).is_ok(), Signer::read(&packet).is_ok());
        let mut key = key!("signer", "public").to_vec();
        for (place, byte) in bytes.iter().take(4).enumerate() {
            let at = (usize::from(*byte) + place * 61) % key.len();
            key[at] ^= tag | 1;
        }
        if let Ok(changed) = Keys::read(&key) {
            let standing = checked(&SIGNED, &changed, DAY).map(|all| all[0].standing);
            prop_assert!(standing.is_ok());
        }
    }
}

static SIGNED: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| signed_by(key!("signer", "secret"), ""));
