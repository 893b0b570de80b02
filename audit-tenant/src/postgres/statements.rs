//! The statements of a [`TenantTransaction`]: those of `tokio-postgres`, with refusals told of.

use futures_util::{Stream, TryStreamExt};
use tokio_postgres::types::{BorrowToSql, ToSql, Type};
use tokio_postgres::{Row, SimpleQueryMessage, Statement, ToStatement};

use super::error::Error;
use super::transaction::TenantTransaction;

impl TenantTransaction<'_> {
    /// What a statement answers, which is sent only where no other tenant is in force.
    async fn asked<A>(
        &self,
        statement: impl Future<Output = Result<A, tokio_postgres::Error>>,
    ) -> Result<A, Error> {
        self.origin().admit()?;
        statement.await.map_err(|error| self.told(error))
    }

    /// As [`Client::prepare`](tokio_postgres::Client::prepare). What is prepared serves on the same connection for any tenant.
    ///
    /// # Errors
    /// The database refuses, or can't be reached.
    pub async fn prepare(&self, sql: &str) -> Result<Statement, Error> {
        let answer = self.client.prepare(sql).await;
        answer.map_err(|error| self.told(error))
    }

    /// As [`Client::prepare_typed`](tokio_postgres::Client::prepare_typed).
    ///
    /// # Errors
    /// The database refuses, or can't be reached.
    pub async fn prepare_typed(&self, sql: &str, types: &[Type]) -> Result<Statement, Error> {
        let answer = self.client.prepare_typed(sql, types).await;
        answer.map_err(|error| self.told(error))
    }

    /// As [`Client::query`](tokio_postgres::Client::query): all rows.
    ///
    /// # Errors
    /// Another tenant is in force; the database refuses, or can't be reached.
    pub async fn query<T>(
        &self,
        statement: &T,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, Error>
    where
        T: ?Sized + ToStatement,
    {
        self.asked(self.client.query(statement, parameters)).await
    }

    /// As [`Client::query_one`](tokio_postgres::Client::query_one): exactly one row.
    ///
    /// # Errors
    /// Another tenant is in force; there are fewer or more; the database refuses, or can't be reached.
    pub async fn query_one<T>(
        &self,
        statement: &T,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Row, Error>
    where
        T: ?Sized + ToStatement,
    {
        self.asked(self.client.query_one(statement, parameters))
            .await
    }

    /// As [`Client::query_opt`](tokio_postgres::Client::query_opt): one row or none.
    ///
    /// # Errors
    /// Another tenant is in force; there are more; the database refuses, or can't be reached.
    pub async fn query_opt<T>(
        &self,
        statement: &T,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Option<Row>, Error>
    where
        T: ?Sized + ToStatement,
    {
        self.asked(self.client.query_opt(statement, parameters))
            .await
    }

    /// As [`Client::query_raw`](tokio_postgres::Client::query_raw): rows one after another.
    ///
    /// # Errors
    /// Another tenant is in force; the database refuses, or can't be reached, before the first row or, in the stream, after one.
    pub async fn query_raw<T, P, I>(
        &self,
        statement: &T,
        parameters: I,
    ) -> Result<impl Stream<Item = Result<Row, Error>>, Error>
    where
        T: ?Sized + ToStatement,
        P: BorrowToSql,
        I: IntoIterator<Item = P>,
        I::IntoIter: ExactSizeIterator,
    {
        self.origin().admit()?;
        let rows = self.client.query_raw(statement, parameters).await;
        let rows = rows.map_err(|error| self.told(error))?;
        let origin = self.origin().clone();
        Ok(rows.map_err(move |error| origin.told(error)))
    }

    /// As [`Client::query_typed`](tokio_postgres::Client::query_typed): all rows, without a statement that is prepared.
    ///
    /// # Errors
    /// Another tenant is in force; the database refuses, or can't be reached.
    pub async fn query_typed(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, Error> {
        self.asked(self.client.query_typed(sql, parameters)).await
    }

    /// As [`Client::execute`](tokio_postgres::Client::execute): how many rows it was about.
    ///
    /// # Errors
    /// Another tenant is in force; the database refuses, or can't be reached.
    pub async fn execute<T>(
        &self,
        statement: &T,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, Error>
    where
        T: ?Sized + ToStatement,
    {
        self.asked(self.client.execute(statement, parameters)).await
    }

    /// As [`Client::execute_raw`](tokio_postgres::Client::execute_raw).
    ///
    /// # Errors
    /// Another tenant is in force; the database refuses, or can't be reached.
    pub async fn execute_raw<T, P, I>(&self, statement: &T, parameters: I) -> Result<u64, Error>
    where
        T: ?Sized + ToStatement,
        P: BorrowToSql,
        I: IntoIterator<Item = P>,
        I::IntoIter: ExactSizeIterator,
    {
        self.asked(self.client.execute_raw(statement, parameters))
            .await
    }

    /// As [`Client::execute_typed`](tokio_postgres::Client::execute_typed).
    ///
    /// # Errors
    /// Another tenant is in force; the database refuses, or can't be reached.
    pub async fn execute_typed(
        &self,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<u64, Error> {
        self.asked(self.client.execute_typed(sql, parameters)).await
    }

    /// As [`Client::simple_query`](tokio_postgres::Client::simple_query): any number of statements, values as texts.
    ///
    /// # Errors
    /// Another tenant is in force; the database refuses, or can't be reached.
    pub async fn simple_query(&self, sql: &str) -> Result<Vec<SimpleQueryMessage>, Error> {
        self.asked(self.client.simple_query(sql)).await
    }

    /// As [`Client::batch_execute`](tokio_postgres::Client::batch_execute): any number of statements.
    ///
    /// # Errors
    /// Another tenant is in force; the database refuses, or can't be reached.
    pub async fn batch_execute(&self, sql: &str) -> Result<(), Error> {
        self.asked(self.client.batch_execute(sql)).await
    }
}
