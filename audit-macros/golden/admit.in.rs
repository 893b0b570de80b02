#[admit(
    fields(id = order.id, amount),
    actor = user,
    snapshot(open = self.open()),
    uninstalled = "run",
    delivery = "durable",
    on_unrecordable = "refuse",
    durable_timeout = "2s",
)]
unsafe fn refund<'a, T>(&'a mut self, order: Order, amount: u64, user: &str) -> Result<&'a mut T, Error>
where
    T: Clone,
{
    self.find(order)
}
