fn on_job(name: &str) -> impl Future<Output = ()> + Send {
    async move { drop(name) }
}
const _: () = {
    ::audit_core::__private::function! {
        static __FUNCTION : ::audit_core::__private::FreeFunction =
        ::audit_core::__private::FreeFunction::subscribe("job.*", ("on_job",
        ::core::module_path!(), ::core::file!(), 2u32), | __parts | { let __this = &
        ::audit_core::__private::Arc::new(()); let __options =
        ::audit_core::__private::SubscriptionOptions::new(); #[allow(deprecated)] let
        __parts = ::audit_core::__private::subscribe(__parts, "job.*", __options,
        ::audit_core::__private::handler(__this, | __this, __event | {
        ::audit_core::__private::handling(async move { let __argument0 = < str as
        ::audit_core::__private::FromEvent > ::held(__event) ?;
        ::core::result::Result::Ok(::audit_core::__private::IntoHandled::into_handled(on_job(&
        __argument0). await)) }) })); __parts },);
    }
};
