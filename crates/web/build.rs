//! Says what to do when the page assets have not been built, before the compiler does in other words.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=frontend/dist");
    println!("cargo:rerun-if-changed=templates");
    let built = Path::new("frontend/dist/components.json").is_file();
    assert!(
        built,
        "\n\nThe styles, scripts and component templates of the pages are not built yet: run `make assets`.\n\
         (That is: cd crates/web/frontend && npm ci && node build.mjs)\n"
    );
}
