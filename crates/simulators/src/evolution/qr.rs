//! QR codes a phone can read, as PNG data URIs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use qrcode::{Color, QrCode};
use rand::RngCore;

const SCALE: usize = 4;
const QUIET: usize = 4;

/// A text in the look of a WhatsApp pairing code.
pub(super) fn pairing_text() -> String {
    let random = |length: usize| {
        let mut bytes = vec![0; length];
        rand::rng().fill_bytes(&mut bytes);
        STANDARD.encode(bytes)
    };
    format!("2@{},{},{},{}", random(60), random(32), random(32), random(32))
}

/// The eight characters to type on a phone instead.
pub(super) fn pairing_code() -> String {
    format!("SIM{:05}", rand::rng().next_u32() % 100_000)
}

/// The text as a QR image. Empty only if the text were too long for a QR.
pub(super) fn data_uri(text: &str) -> String {
    let png = QrCode::new(text).ok().and_then(|qr| png_of(&qr).ok()).unwrap_or_default();
    format!("data:image/png;base64,{}", STANDARD.encode(png))
}

fn png_of(qr: &QrCode) -> Result<Vec<u8>, png::EncodingError> {
    let (width, colors) = (qr.width(), qr.to_colors());
    let side = (width + 2 * QUIET) * SCALE;
    let module = |pixel: usize| (pixel / SCALE).checked_sub(QUIET).filter(|at| *at < width);
    let dark = |x: usize, y: usize| {
        let at = module(y).zip(module(x)).map(|(row, column)| row * width + column);
        at.and_then(|at| colors.get(at)) == Some(&Color::Dark)
    };
    let pixels: Vec<u8> = (0..side * side).map(|at| if dark(at % side, at / side) { 0 } else { 255 }).collect();
    let size = u32::try_from(side).unwrap_or(u32::MAX);
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, size, size);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(out)
}
