//! Pages whose code blocks are made by tests. A line `<!-- made by test: NAME -->` stands before each such block; the
//! tests compare them with what happens, or write them anew if `THALWEG_WRITE_PAGES` is set.

use std::path::PathBuf;

pub(crate) struct Page {
    path: PathBuf,
    text: String,
    made: usize,
}

impl Page {
    pub(crate) fn open(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name);
        let text = std::fs::read_to_string(&path).unwrap();
        Self { path, text, made: 0 }
    }

    /// The block of this name shall have these lines.
    pub(crate) fn block(&mut self, name: &str, lines: &[String]) {
        self.made += 1;
        let marker = format!("<!-- made by test: {name} -->\n");
        let (before, rest) = self.text.split_once(&marker).unwrap_or_else(|| panic!("no block {name}"));
        let (fence, rest) = rest.split_once('\n').unwrap();
        let (there, after) = rest.split_once("```\n").unwrap();
        let made: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        if std::env::var_os("THALWEG_WRITE_PAGES").is_some() {
            self.text = format!("{before}{marker}{fence}\n{made}```\n{after}");
        } else {
            assert_eq!(there, made, "block {name} of {}", self.path.display());
        }
    }

    /// Every block of the page has been looked at.
    pub(crate) fn close(self) {
        assert_eq!(self.text.matches("<!-- made by test: ").count(), self.made, "blocks that no test makes");
        if std::env::var_os("THALWEG_WRITE_PAGES").is_some() {
            std::fs::write(&self.path, self.text).unwrap();
        }
    }
}
