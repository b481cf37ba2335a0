-- What the collector `peatio` reads, column by column: no name, address of mail or secret of a person is among them.
-- Run in the database of Peatio, as its owner.
GRANT USAGE ON SCHEMA public TO "<user>";
GRANT SELECT ("member_id", "balance", "locked") ON public."accounts" TO "<user>";
GRANT SELECT ("key", "height", "min_confirmations", "status") ON public."blockchains" TO "<user>";
GRANT SELECT ("id", "aasm_state", "type", "updated_at") ON public."deposits" TO "<user>";
GRANT SELECT ("symbol", "type", "state") ON public."markets" TO "<user>";
GRANT SELECT ("state", "updated_at") ON public."orders" TO "<user>";
GRANT SELECT ("id", "address", "created_at") ON public."payment_addresses" TO "<user>";
GRANT SELECT ("id", "market_id", "market_type", "created_at") ON public."trades" TO "<user>";
GRANT SELECT ("kind", "balance", "status") ON public."wallets" TO "<user>";
GRANT SELECT ("aasm_state", "updated_at") ON public."withdraws" TO "<user>";
