//! Vectors that are close when texts share words: enough for retrieval in tests, always the same.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Dimensions unless the request asks for others.
pub(super) const DIMENSIONS: usize = 64;

/// A hashed bag of words of length one. Accents and endings do not count: the first six letters of a word stand for it.
pub(super) fn embed(text: &str, dimensions: usize) -> Vec<f32> {
    let mut vector = vec![0.0f32; dimensions.max(1)];
    for word in words(text) {
        let hash = fnv(&word);
        let at = usize::try_from(hash % dimensions.max(1) as u64).unwrap_or(0);
        if let Some(value) = vector.get_mut(at) {
            *value += if hash >> 63 == 0 { 1.0 } else { -1.0 };
        }
    }
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    match vector.first_mut() {
        // A vector of zeros has no direction; no index takes it.
        Some(first) if length == 0.0 => *first = 1.0,
        _ => vector.iter_mut().for_each(|value| *value /= length),
    }
    vector
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let plain: String = text.to_lowercase().chars().map(without_accent).collect();
    let words: Vec<String> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.len() > 2)
        .map(|word| word.chars().take(6).collect())
        .collect();
    words.into_iter()
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' | 'à' | 'â' | 'ã' | 'ä' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'í' | 'ì' | 'î' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ç' => 'c',
        other => other,
    }
}

/// FNV-1a with a final mix, since words differ mostly in their last letters.
fn fnv(word: &str) -> u64 {
    let hash = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

/// The encoding `base64`: little-endian floats.
pub(super) fn encode(vector: &[f32]) -> String {
    STANDARD.encode(vector.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>())
}
