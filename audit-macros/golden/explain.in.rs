#[audit(explain = explain_rename, tenant = "acme")]
pub(crate) fn rename(&mut self, mut name: String, _dry: bool) {
    name.push('x');
    self.name = name;
}
