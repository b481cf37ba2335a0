-- What the collector `barong` reads, column by column: no name, address of mail or secret of a person is among them.
GRANT SELECT (`id`, `result`, `created_at`) ON <database>.`activities` TO '<user>'@'%';
GRANT SELECT (`id`, `user_id`, `created_at`) ON <database>.`documents` TO '<user>'@'%';
GRANT SELECT (`user_id`, `key`, `scope`, `value`) ON <database>.`labels` TO '<user>'@'%';
GRANT SELECT (`category`, `state`) ON <database>.`restrictions` TO '<user>'@'%';
GRANT SELECT (`id`, `state`) ON <database>.`users` TO '<user>'@'%';
