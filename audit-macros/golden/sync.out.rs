/// Pays back.
#[must_use]
pub fn refund(
    order_id: &str,
    amount: u64,
    token: &str,
    filter: impl Fn(u64) -> bool,
) -> u64 {
    let mut __call = if ::audit_core::__private::is_armed() {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::audit("refund",
                    ::core::module_path!(), ::core::file!(), 4u32, false, & [("order_id",
                    "&str", 0), ("amount", "u64", 0), ("token", "&str", 0), ("filter",
                    "impl Fn(u64) -> bool", 1)],).action("refund").redactions(&
                    [("token", ::audit_core::__private::Redaction::Mask)]); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => ::audit_core::__private::arg(&order_id).capture(),
                1u32 => ::audit_core::__private::arg(&amount).capture(),
                2u32 => ::audit_core::__private::arg(&token).capture(),
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::None,
        )
    } else {
        ::audit_core::__private::Entered::OPEN
    };
    let __value = ::audit_core::__private::run(|| -> u64 {
        match (order_id, amount, token, filter) {
            (order_id, mut amount, token, filter) => {
                amount += 1;
                amount
            }
        }
    });
    if __call.is_on() {
        __call.end(::audit_core::__private::returned(&__value).report_value());
    }
    __value
}
