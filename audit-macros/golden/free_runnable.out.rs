/// Sweeps.
#[cfg(unix)]
pub(crate) fn sweep(rooms: &[Room], r#loop: Option<u8>) -> Result<usize, Error> {
    Ok(rooms.len())
}
#[cfg(unix)]
const _: () = {
    ::audit_core::__private::function! {
        static __FUNCTION : ::audit_core::__private::FreeFunction =
        ::audit_core::__private::FreeFunction::runnable("jobs.sweep", ("sweep",
        ::core::module_path!(), ::core::file!(), 4u32), | __parts | { let __this = &
        ::audit_core::__private::Arc::new(()); #[cfg(unix)] #[allow(deprecated)] let
        __parts = ::audit_core::__private::free_runnable(__parts, "jobs.sweep",
        ::audit_core::__private::timeout({ let __made =
        ::audit_core::__private::runnable(__this, true, const { &
        [::audit_core::__private::Parameter::new("rooms", "&[Room]"),
        ::audit_core::__private::Parameter::new("loop", "Option<u8>")] }, | __given | {
        let __argument0 = __given.argument:: < < [Room] as
        ::audit_core::__private::Borrowed > ::Owned > (); let __argument1 = __given
        .argument:: < Option < u8 > > (); ::core::option::Option::Some((__argument0 ?,
        __argument1 ?)) }, | __this, (__argument0, __argument1) : (< [Room] as
        ::audit_core::__private::Borrowed > ::Owned, Option < u8 >) |
        ::audit_core::__private::now({ let __returned = sweep(& __argument0,
        __argument1); ::audit_core::__private::returning(& __returned).answer(__returned)
        })); let __answer = __made.answer().known_form(); __made.described(&
        [::audit_core::__private::Described:: < < [Room] as
        ::audit_core::__private::Borrowed > ::Owned > ::new().known_form(),
        ::audit_core::__private::Described:: < Option < u8 > > ::new().known_form()],
        __answer) }, 60000u64)); __parts },);
    }
};
