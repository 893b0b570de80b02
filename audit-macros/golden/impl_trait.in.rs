#[admit]
fn open(&self, _path: &Path) -> Result<impl Iterator<Item = u8> + '_, Error> {
    Ok(self.bytes())
}
