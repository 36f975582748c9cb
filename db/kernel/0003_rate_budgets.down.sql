drop table kernel.rate_budgets;
