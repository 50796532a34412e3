//! A copy of `public/` in the site root: what is new or changed is written, what is gone is removed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// Makes `to` hold exactly the files of `from`, besides the directory `keep`. How many files were written or removed.
pub fn sync(from: &Path, to: &Path, keep: &Path) -> Result<usize> {
    let wanted = if from.is_dir() { files(from)? } else { BTreeSet::new() };
    let mut changed = 0;
    for file in files(to)?.difference(&wanted).filter(|f| !f.starts_with(keep)) {
        fs::remove_file(to.join(file))?;
        changed += 1;
    }
    for file in &wanted {
        let new = fs::read(from.join(file))?;
        let target = to.join(file);
        if fs::read(&target).is_ok_and(|old| old == new) {
            continue;
        }
        if let Some(dir) = target.parent() {
            fs::create_dir_all(dir)?;
        }
        fs::write(&target, new).with_context(|| format!("cannot write {}", target.display()))?;
        changed += 1;
    }
    Ok(changed)
}

/// Every file below `root`, relative to it.
fn files(root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    let mut todo = vec![root.to_owned()];
    while let Some(dir) = todo.pop() {
        for entry in fs::read_dir(&dir).with_context(|| format!("cannot list {}", dir.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                todo.push(path);
            } else {
                found.insert(path.strip_prefix(root)?.to_owned());
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_updates_removes_and_leaves_pkg_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (from, to) = (dir.path().join("public"), dir.path().join("site"));
        fs::create_dir_all(from.join("fonts")).unwrap();
        fs::create_dir_all(to.join("pkg")).unwrap();
        fs::write(from.join("logo.svg"), "a").unwrap();
        fs::write(from.join("fonts/inter.woff2"), "b").unwrap();
        fs::write(to.join("pkg/proseia.js"), "js").unwrap();
        fs::write(to.join("old.svg"), "x").unwrap();

        assert_eq!(sync(&from, &to, Path::new("pkg")).unwrap(), 3);
        assert_eq!(sync(&from, &to, Path::new("pkg")).unwrap(), 0);
        assert!(!to.join("old.svg").exists());
        assert_eq!(fs::read_to_string(to.join("pkg/proseia.js")).unwrap(), "js");

        fs::write(from.join("logo.svg"), "c").unwrap();
        assert_eq!(sync(&from, &to, Path::new("pkg")).unwrap(), 1);
        assert_eq!(fs::read_to_string(to.join("logo.svg")).unwrap(), "c");
    }
}
