//! Static files inside the binary, under addresses that change with their content.
//!
//! `url("leeward.css")` is `/assets/leeward.<hash>.css`; such an answer may be kept for a year. The
//! stylesheet's own references to fonts are rewritten to hashed addresses once, at first use; what
//! shrinks is compressed then too.

use crate::Reply;
use crate::access::Access;
use crate::app::House;
use crate::compress;
use crate::extract::Path;
use crate::problem::Problem;
use crate::route::{Route, get};
use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::IntoResponse;
use data_encoding::HEXLOWER;
use flate2::Compression;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

struct Asset {
    address: String,
    media: &'static str,
    bytes: Vec<u8>,
    gzip: Option<Bytes>,
}

/// Media type of the drawings.
const SVG: &str = "image/svg+xml; charset=utf-8";
/// Plain name, media type, content. The stylesheet comes last since it names the others.
const FILES: &[(&str, &str, &[u8])] = &[
    ("next.woff2", "font/woff2", include_bytes!("../assets/fonts/next.woff2")),
    ("next-italic.woff2", "font/woff2", include_bytes!("../assets/fonts/next-italic.woff2")),
    ("next-ext.woff2", "font/woff2", include_bytes!("../assets/fonts/next-ext.woff2")),
    ("mono.woff2", "font/woff2", include_bytes!("../assets/fonts/mono.woff2")),
    ("serif.woff2", "font/woff2", include_bytes!("../assets/fonts/serif.woff2")),
    ("sprite.svg", SVG, include_bytes!("../assets/sprite.svg")),
    ("mark.svg", SVG, include_bytes!("../assets/mark.svg")),
    ("app.js", "text/javascript; charset=utf-8", include_bytes!("../assets/app.js")),
    ("leeward.css", "text/css; charset=utf-8", include_bytes!("../assets/leeward.css")),
];

static ASSETS: LazyLock<BTreeMap<&'static str, Asset>> = LazyLock::new(|| {
    let mut assets: BTreeMap<&'static str, Asset> = BTreeMap::new();
    for (name, media, bytes) in FILES {
        let bytes = if *name == "leeward.css" { with_addresses(bytes, &assets) } else { bytes.to_vec() };
        let digest = HEXLOWER.encode(&Sha256::digest(&bytes)[..6]);
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let address = format!("/assets/{stem}.{digest}.{ending}");
        let text = media.starts_with("text/") || *media == SVG;
        let gzip = if text { compress::gzip(&bytes, Compression::best()) } else { None };
        assets.insert(name, Asset { address, media, bytes, gzip });
    }
    assets
});

fn with_addresses(css: &[u8], assets: &BTreeMap<&'static str, Asset>) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(css).into_owned();
    for (name, asset) in assets {
        text = text.replace(&format!("url({name})"), &format!("url({})", asset.address));
    }
    text.into_bytes()
}

/// The address of the asset with this plain name. An unknown name leads to a 404, which the page
/// tests find.
pub fn url(name: &str) -> String {
    ASSETS.get(name).map_or_else(|| format!("/assets/missing/{name}"), |asset| asset.address.clone())
}

/// The bytes of an asset as they are served.
pub fn content(name: &str) -> Option<&'static [u8]> {
    ASSETS.get(name).map(|asset| asset.bytes.as_slice())
}

async fn serve(Path(file): Path<String>, asked: HeaderMap) -> Reply {
    let wanted = format!("/assets/{file}");
    let asset = ASSETS.values().find(|asset| asset.address == wanted).ok_or_else(Problem::not_found)?;
    let headers = [(header::CONTENT_TYPE, asset.media), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    let Some(gzip) = &asset.gzip else { return Ok((headers, asset.bytes.as_slice()).into_response()) };
    let mut response = if compress::takes_gzip(&asked) {
        ([(header::CONTENT_ENCODING, "gzip")], headers, gzip.clone()).into_response()
    } else {
        (headers, asset.bytes.as_slice()).into_response()
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

async fn icon(asked: HeaderMap) -> Reply {
    serve(Path(url("mark.svg").trim_start_matches("/assets/").to_owned()), asked).await
}

pub(crate) fn routes<S: House>() -> Vec<Route<S>> {
    vec![get("/assets/{file}", Access::Open, serve), get("/favicon.ico", Access::Open, icon)]
}

#[cfg(test)]
mod tests {
    use super::{content, url};

    #[test]
    fn addresses_carry_a_hash_and_the_stylesheet_uses_them() {
        assert!(url("next.woff2").starts_with("/assets/next."));
        let css = std::str::from_utf8(content("leeward.css").unwrap()).unwrap();
        for font in ["next.woff2", "next-italic.woff2", "mono.woff2", "serif.woff2"] {
            assert!(css.contains(&url(font)), "{font}");
        }
        assert!(!css.contains("url(next.woff2)"));
    }
}
