//! Permissions of a token as bits of one number. The numbers are stored: new permissions come last.

use domain::Permission;

/// Bit of a permission: its place in the list of permissions.
const fn bit(permission: Permission) -> i64 {
    1 << (permission as i64)
}

/// OR of the bits.
pub fn mask_of(permissions: &[Permission]) -> i64 {
    permissions.iter().fold(0, |mask, p| mask | bit(*p))
}

/// The permissions whose bits are set.
pub fn permissions_of(mask: i64) -> Vec<Permission> {
    Permission::ALL.iter().copied().filter(|p| mask & bit(*p) != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::{mask_of, permissions_of};
    use domain::Permission;

    #[test]
    fn stored_bits_stay_what_they_are() {
        let words: Vec<_> =
            (0..Permission::ALL.len()).flat_map(|n| permissions_of(1 << n)).map(Permission::as_str).collect();
        let stored = "read-cases read-team-text act-on-cases message-reporter write-team-text assign-cases \
                      restrict-cases download-attachments search-cases export-cases erase-cases erase-people \
                      read-audit read-system manage-people manage-keys manage-settings manage-tokens award-money \
                      approve-money hold-cases";
        assert_eq!(words.join(" "), stored, "tokens.mask holds these places: add new permissions at the end");
        assert_eq!(permissions_of(mask_of(Permission::ALL)), Permission::ALL);
    }
}
