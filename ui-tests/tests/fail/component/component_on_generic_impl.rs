use audit_core::component;

struct Cache<T>(T);

#[component("cache")]
impl<T> Cache<T> {
    fn first(&self) -> &T {
        &self.0
    }
}

fn main() {
    Cache(1).first();
}
