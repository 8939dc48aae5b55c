//! What goes wrong, at random moments until the storm is over.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sandbox::server::{DeviceAddress, WhatsAppServer};
use sandbox::synapse::Synapse;
use tokio::sync::watch;
use tokio::time::sleep;

use super::keeper::Keeper;
use super::line::Line;
use super::people::Handheld;

type Over = watch::Receiver<bool>;

/// The bridge is killed, also while it starts, and sometimes stopped politely. Returns after so many kills in all.
pub async fn of_the_bridge(keeper: &mut Keeper, seed: u64, kills: usize) {
    let mut dice = StdRng::seed_from_u64(seed);
    while keeper.kills < kills {
        keeper.start();
        // Now and then it is killed before it has come up.
        let lives = match dice.random_ratio(1, 4) {
            true => between(&mut dice, 50, 1500),
            false => between(&mut dice, 1500, 5000),
        };
        sleep(lives).await;
        match dice.random_ratio(1, 6) {
            true => keeper.stop().await,
            false => keeper.kill().await,
        }
        if dice.random_ratio(1, 3) {
            sleep(between(&mut dice, 0, 1500)).await;
        }
    }
}

/// The homeserver is killed, restarted, or stands still. Returns how often it was killed.
pub async fn of_the_homeserver(synapse: &mut Synapse, seed: u64, mut over: Over) -> usize {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut kills = 0;
    while goes_on(&mut over, between(&mut dice, 3000, 12_000)).await {
        match dice.random_range(0..4) {
            0 | 1 => {
                synapse.kill().await.unwrap();
                kills += 1;
                sleep(between(&mut dice, 0, 2000)).await;
                synapse.restart().await.unwrap();
            }
            2 => synapse.restart().await.unwrap(),
            _ => {
                synapse.pause().unwrap();
                sleep(between(&mut dice, 200, 3000)).await;
                synapse.resume().unwrap();
            }
        }
    }
    kills
}

/// WhatsApp loses the bridge's connection, does not acknowledge what it sends, delivers again what it has.
pub async fn of_whatsapp(
    whatsapp: &WhatsAppServer,
    bridge: &DeviceAddress,
    seed: u64,
    mut over: Over,
) {
    let mut dice = StdRng::seed_from_u64(seed);
    while goes_on(&mut over, between(&mut dice, 500, 4000)).await {
        match dice.random_range(0..3) {
            0 => {}
            1 => {
                whatsapp.withhold_acks(bridge, true).await;
                sleep(between(&mut dice, 100, 1500)).await;
                whatsapp.withhold_acks(bridge, false).await;
            }
            _ => {
                let sent = whatsapp.state().await.sent_lately(bridge);
                for _ in 0..sent.len().min(3) {
                    let id = &sent[dice.random_range(0..sent.len())];
                    // It may have been forgotten since.
                    let _ = whatsapp.redeliver(bridge, id).await;
                }
                continue;
            }
        }
        whatsapp.drop_connection(bridge).await.unwrap();
    }
}

/// Somebody has no connection for a while.
pub async fn of_the_phones(phones: &[Handheld], seed: u64, mut over: Over) {
    let mut dice = StdRng::seed_from_u64(seed);
    while goes_on(&mut over, between(&mut dice, 2000, 8000)).await {
        let phone = &phones[dice.random_range(0..phones.len())];
        phone.be_offline(between(&mut dice, 100, 2500)).await;
    }
}

/// The lines between bridge and homeserver are bad for a while, one way or both; a little, they always are.
pub async fn of_the_lines(lines: &[Line], seed: u64, mut over: Over) {
    const ALWAYS: u32 = 4;
    let mut dice = StdRng::seed_from_u64(seed);
    lines.iter().for_each(|line| line.be_bad(ALWAYS));
    while goes_on(&mut over, between(&mut dice, 1000, 5000)).await {
        let which = dice.random_range(1..4);
        for (place, line) in lines.iter().enumerate() {
            if which & (1 << place) != 0 {
                line.be_bad(dice.random_range(100..500));
            }
        }
        sleep(between(&mut dice, 200, 2000)).await;
        lines.iter().for_each(|line| line.be_bad(ALWAYS));
    }
}

fn between(dice: &mut StdRng, least: u64, most: u64) -> Duration {
    Duration::from_millis(dice.random_range(least..most))
}

/// Waits; false when the storm is over.
async fn goes_on(over: &mut Over, wait: Duration) -> bool {
    tokio::select! {
        _ = over.wait_for(|over| *over) => false,
        () = sleep(wait) => true,
    }
}
