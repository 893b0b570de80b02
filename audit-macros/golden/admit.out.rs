unsafe fn refund<'a, T>(
    &'a mut self,
    order: Order,
    amount: u64,
    user: &str,
) -> Result<&'a mut T, Error>
where
    T: Clone,
{
    let mut __call = if ::audit_core::__private::is_switched_off() {
        ::audit_core::__private::Entered::OPEN
    } else {
        ::audit_core::__private::enter(
            {
                ::audit_core::__private::element! {
                    static __SITE : ::audit_core::__private::Site =
                    ::audit_core::__private::Site::admit("refund",
                    ::core::module_path!(), ::core::file!(), 10u32, false, & [],)
                    .fields(& ["id", "amount"]).marks_arguments().supplies(true, false,
                    false, & ["open"]).runs_uninstalled()
                    .delivered(::audit_core::__private::Delivery::Durable,
                    ::core::option::Option::Some(::audit_core::__private::Unrecordable::Refuse),
                    ::core::option::Option::Some(2000u64)); & __SITE
                }
            },
            &|__index| match __index {
                0u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::Capture::take(&order.id),
                    )
                }
                1u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::Capture::take(&amount),
                    )
                }
                2147483648u32 => {
                    ::core::option::Option::Some(
                        ::audit_core::__private::arg(&order).marked(),
                    )
                }
                _ => ::core::option::Option::None,
            },
            ::core::option::Option::Some(
                &|__supply| {
                    __supply
                        .actor(|| ::audit_core::__private::IntoActor::into_actor(&user));
                    __supply
                        .snapshot(
                            "open",
                            || match self.open() {
                                __given => {
                                    let __kept_out = ::audit_core::__private::arg(&__given)
                                        .redaction();
                                    ::audit_core::__private::Taken::new(
                                        ::audit_core::__private::IntoField::into_field(__given),
                                        __kept_out,
                                    )
                                }
                            },
                        );
                },
            ),
        )
    };
    match __call.refused() {
        ::core::option::Option::Some(__refused) => {
            ::audit_core::__private::FromRefused::from_refused(__refused)
        }
        ::core::option::Option::None => {
            let __value = ::audit_core::__private::run(|| -> Result<&'a mut T, Error> {
                match (order, amount, user) {
                    (order, amount, user) => self.find(order),
                }
            });
            if __call.is_on() {
                __call.end(::audit_core::__private::returned(&__value).report());
            }
            __value
        }
    }
}
