//! The style sheet: plain CSS files of `style/`, put together at compile time in the order of their layers.
//!
//! The server answers [`css`] at `/style.css`; [`href`] carries its hash, so that it can be cached for ever. The font and
//! the sprite of icons are files of `public/`; [`font`] and [`icon`] carry their hashes.

/// All of `style/`, the order of the layers first.
const CSS: &str = concat!(
    include_str!("../../style/order.css"),
    include_str!("../../style/reset.css"),
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/layout.css"),
    include_str!("../../style/components-controls.css"),
    include_str!("../../style/components-display.css"),
    include_str!("../../style/components-data.css"),
    include_str!("../../style/components-floating.css"),
    include_str!("../../style/components-conversation.css"),
    include_str!("../../style/pages-inbox.css"),
    include_str!("../../style/pages-client.css"),
    include_str!("../../style/pages-ajustes.css"),
    include_str!("../../style/pages-admin.css"),
    include_str!("../../style/utilities.css"),
);

/// What the public pages need of it, and what only they need.
const SITE_CSS: &str = concat!(
    include_str!("../../style/order.css"),
    include_str!("../../style/reset.css"),
    include_str!("../../style/tokens.css"),
    include_str!("../../style/base.css"),
    include_str!("../../style/components-controls.css"),
    include_str!("../../style/components-display.css"),
    include_str!("../../style/components-conversation.css"),
    include_str!("../../style/pages-public.css"),
    include_str!("../../style/utilities.css"),
);

const FONT_FILE: &str = "/fonts/inter-latin-wght-normal.woff2";
const FONT: u64 = fnv1a(include_bytes!("../../public/fonts/inter-latin-wght-normal.woff2"));
const ICONS: u64 = fnv1a(include_bytes!("../../public/icons.svg"));
const HASH: u64 = fnv1a(CSS.as_bytes()) ^ FONT;
const SITE_HASH: u64 = fnv1a(SITE_CSS.as_bytes()) ^ FONT;

/// A style sheet as it is served.
#[derive(Debug)]
pub struct Folha {
    /// Where.
    pub path: &'static str,
    /// It names the font by its hash.
    pub css: String,
    /// The hash in [`href`] and [`site_href`].
    pub hash: u64,
}

/// The style sheet of the product, and the smaller one of the public pages.
pub fn folhas() -> [Folha; 2] {
    let folha = |path, css: &str, hash| Folha { path, css: css.replace(FONT_FILE, &font()), hash };
    [folha("/style.css", CSS, HASH), folha("/site.css", SITE_CSS, SITE_HASH)]
}

/// `/style.css?v=<hash of the content>`.
pub fn href() -> String {
    format!("/style.css?v={HASH:016x}")
}

/// The font's address.
pub fn font() -> String {
    format!("{FONT_FILE}?v={FONT:016x}")
}

/// `/site.css?v=<hash of the content>`.
pub fn site_href() -> String {
    format!("/site.css?v={SITE_HASH:016x}")
}

/// An icon of the sprite. With the hash the browser keeps the file: asked again for each page, it would draw the icons
/// late, and once more after hydration.
pub fn icon(nome: &str) -> String {
    format!("/icons.svg?v={ICONS:016x}#i-{nome}")
}

/// FNV-1a: it need not be secure, only change when the content does.
pub const fn fnv1a(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        hash = (hash ^ *first as u64).wrapping_mul(0x0100_0000_01b3);
        rest = tail;
    }
    hash
}
