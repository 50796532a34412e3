//! Phone numbers as WhatsApp spells them.

/// The digits of a phone jid (`5511…:12@s.whatsapp.net`), without the device part; `None` for any other kind of jid.
pub fn phone_of_jid(jid: &str) -> Option<String> {
    let (user, server) = jid.split_once('@')?;
    if server != "s.whatsapp.net" && server != "c.us" {
        return None;
    }
    let user = user.split(':').next().unwrap_or(user);
    (!user.is_empty() && user.bytes().all(|byte| byte.is_ascii_digit())).then(|| user.to_owned())
}

/// Every spelling of one phone number, the given one first.
///
/// Brazilian mobiles got a ninth digit, and WhatsApp keeps knowing older accounts without it: `55`+DDD+`9`+eight digits
/// and `55`+DDD+eight digits are one person. Only where the eight digits start with 6 to 9: below that the shorter form
/// is a landline, another subscriber.
pub fn phone_aliases(digits: &str) -> Vec<String> {
    let mut aliases = vec![digits.to_owned()];
    aliases.extend(other_brazilian_form(digits));
    aliases
}

fn other_brazilian_form(digits: &str) -> Option<String> {
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let national = digits.strip_prefix("55")?;
    let (ddd, subscriber) = national.split_at_checked(2)?;
    if ddd.contains('0') {
        return None;
    }
    let mobile = |number: &str| number.len() == 8 && number.starts_with(['6', '7', '8', '9']);
    if mobile(subscriber) {
        return Some(format!("55{ddd}9{subscriber}"));
    }
    let short = subscriber.strip_prefix('9').filter(|number| mobile(number))?;
    Some(format!("55{ddd}{short}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases() {
        let table: [(&str, &[&str]); 9] = [
            ("5511988887777", &["5511988887777", "551188887777"]),
            ("551188887777", &["551188887777", "5511988887777"]),
            ("553188887777", &["553188887777", "5531988887777"]),
            // A landline has no mobile form, and 9 4… is a mobile whose short form would be a landline.
            ("551133334444", &["551133334444"]),
            ("5511944443333", &["5511944443333"]),
            ("5501988887777", &["5501988887777"]),
            ("14155550100", &["14155550100"]),
            ("55", &["55"]),
            ("", &[""]),
        ];
        for (given, expected) in table {
            assert_eq!(phone_aliases(given), expected, "{given}");
        }
    }

    #[test]
    fn only_phone_jids_have_a_phone() {
        assert_eq!(phone_of_jid("5511988887777@s.whatsapp.net").as_deref(), Some("5511988887777"));
        assert_eq!(phone_of_jid("5511988887777:12@s.whatsapp.net").as_deref(), Some("5511988887777"));
        assert_eq!(phone_of_jid("111222333444555@lid"), None);
        assert_eq!(phone_of_jid("120363000000000001@g.us"), None);
        assert_eq!(phone_of_jid("@s.whatsapp.net"), None);
    }
}
