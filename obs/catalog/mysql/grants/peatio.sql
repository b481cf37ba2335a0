-- What the collector `peatio` reads, column by column: no name, address of mail or secret of a person is among them.
GRANT SELECT (`member_id`, `balance`, `locked`) ON <database>.`accounts` TO '<user>'@'%';
GRANT SELECT (`key`, `height`, `min_confirmations`, `status`) ON <database>.`blockchains` TO '<user>'@'%';
GRANT SELECT (`id`, `aasm_state`, `type`, `updated_at`) ON <database>.`deposits` TO '<user>'@'%';
GRANT SELECT (`symbol`, `type`, `state`) ON <database>.`markets` TO '<user>'@'%';
GRANT SELECT (`state`, `updated_at`) ON <database>.`orders` TO '<user>'@'%';
GRANT SELECT (`id`, `address`, `created_at`) ON <database>.`payment_addresses` TO '<user>'@'%';
GRANT SELECT (`id`, `market_id`, `market_type`, `created_at`) ON <database>.`trades` TO '<user>'@'%';
GRANT SELECT (`kind`, `balance`, `status`) ON <database>.`wallets` TO '<user>'@'%';
GRANT SELECT (`aasm_state`, `updated_at`) ON <database>.`withdraws` TO '<user>'@'%';
