-- What the collector `barong` reads, column by column: no name, address of mail or secret of a person is among them.
-- Run in the database of Barong, as its owner.
GRANT USAGE ON SCHEMA public TO "<user>";
GRANT SELECT ("id", "result", "created_at") ON public."activities" TO "<user>";
GRANT SELECT ("id", "user_id", "created_at") ON public."documents" TO "<user>";
GRANT SELECT ("user_id", "key", "scope", "value") ON public."labels" TO "<user>";
GRANT SELECT ("category", "state") ON public."restrictions" TO "<user>";
GRANT SELECT ("id", "state") ON public."users" TO "<user>";
