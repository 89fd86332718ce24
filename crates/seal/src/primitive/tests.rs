//! Known answers from the published vectors: draft-irtf-cfrg-xchacha-03 A.3, RFC 4231, RFC 5869.

use data_encoding::HEXLOWER;

use super::*;

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

#[test]
fn xchacha20_poly1305_gives_the_answer_of_the_draft() {
    let key: [u8; 32] = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f").try_into().unwrap();
    let nonce: [u8; 24] = hex("404142434445464748494a4b4c4d4e4f5051525354555657").try_into().unwrap();
    let aad = hex("50515253c0c1c2c3c4c5c6c7");
    let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    let expected = hex(concat!(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39",
        "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9",
        "21f9664c97637da9768812f615c68b13b52e",
        "c0875924c1c7987947deafd8780acf49",
    ));
    let mut sealed = b"kept".to_vec();
    sealed.extend_from_slice(plain);
    encrypt_tail(&key, nonce, &aad, &mut sealed, 4);
    assert_eq!(sealed[..4], *b"kept");
    assert_eq!(sealed[4..], expected);
    assert_eq!(decrypt(&key, nonce, &aad, &expected).unwrap().as_slice(), plain);
}

#[test]
fn hmac_gives_the_answers_of_rfc_4231() {
    // (key, data, digest) of test cases 1, 2, 3, 4, 6 and 7.
    let long_key = vec![0xaa; 131];
    let cases: [(Vec<u8>, Vec<u8>, &str); 6] = [
        (vec![0x0b; 20], b"Hi There".to_vec(), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (
            b"Jefe".to_vec(),
            b"what do ya want for nothing?".to_vec(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (vec![0xaa; 20], vec![0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        (
            (1..=25).collect(),
            vec![0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            long_key.clone(),
            b"Test Using Larger Than Block-Size Key - Hash Key First".to_vec(),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            long_key,
            b"This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.".to_vec(),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (key, data, digest) in cases {
        assert_eq!(HEXLOWER.encode(&hmac_sha256(&key, &[&data])), digest);
        // Cut anywhere, the parts hash as their concatenation.
        let (a, b) = data.split_at(data.len() / 2);
        assert_eq!(HEXLOWER.encode(&hmac_sha256(&key, &[a, b])), digest);
    }
}

#[test]
fn hkdf_gives_the_answer_of_rfc_5869() {
    let salt: Vec<u8> = (0..=0x0c).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    let out = hkdf_sha256::<42>(&salt, &[0x0b; 22], &info);
    let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
    assert_eq!(HEXLOWER.encode(out.as_slice()), expected);
}

#[test]
fn framing_keeps_parts_apart() {
    let mac = |label: &str, parts: &[&[u8]]| hmac_framed(b"k", label, parts);
    let all = [
        mac("l", &[]),
        mac("l", &[b""]),
        mac("l", &[b"", b""]),
        mac("l", &[b"ab", b"c"]),
        mac("l", &[b"a", b"bc"]),
        mac("l", &[b"abc"]),
        mac("la", &[b"bc"]),
    ];
    for (i, one) in all.iter().enumerate() {
        assert!(all[i + 1..].iter().all(|other| other != one), "part list {i} collides");
    }
    // Pinned: stored index terms and codes depend on these bytes.
    let framed = [0, 0, 0, 0, 0, 0, 0, 1, b'l', 0, 0, 0, 0, 0, 0, 0, 2, b'a', b'b'];
    assert_eq!(mac("l", &[b"ab"]), hmac_sha256(b"k", &[&framed]));
}

#[test]
fn comparing_looks_at_every_byte_and_the_length() {
    assert!(equal_in_constant_time(b"", b""));
    assert!(equal_in_constant_time(b"same", b"same"));
    assert!(!equal_in_constant_time(b"same", b"sane"));
    assert!(!equal_in_constant_time(b"same", b"same "));
}
