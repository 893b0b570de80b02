//! Every site that was linked into this program.

use super::AnnotatedSite;

audit_sites::list!(fn linked() -> &'static [AnnotatedSite] of sites);

/// Every annotated function that was linked into this program, in the order of files and lines.
///
/// A function that is never called is listed too; a crate that is named nowhere in code is not, see
/// [`RuntimeBuilder::expect_sites`](crate::RuntimeBuilder::expect_sites).
pub fn sites() -> Vec<&'static AnnotatedSite> {
    let mut sites: Vec<_> = linked().iter().collect();
    sites.sort_by_key(|site| (site.file, site.line));
    sites
}
