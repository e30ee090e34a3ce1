// Package sim is the check that plays a whole desk in fake time: the real
// server over a real SQLite ledger, and twenty computers with the real engine,
// outbox and cache, in one process and one bubble of testing/synctest, on the
// network of simnet. A seed decides who does what and what breaks: partitions,
// delays, resets in the middle of a frame, pushes sent twice, old connections
// that speak after new ones, computers that sleep, clocks that jump by years,
// crashes of both ends at any commit, call of the disk or command, full and
// failing disks, slow readers, an older backup restored. Then the faults stop,
// and within sixty seconds everybody has what the ledger says is theirs, and
// nothing anybody wrote is lost or there twice.
//
// # What a crash keeps
//
// A computer: of its outbox what was synced, and of the rest what a disk might
// (outboxtest); of its cache the files of that moment, sometimes those of an
// earlier start and sometimes none, which a cache must survive. A server: the
// database and its write-ahead log as they are between two statements of the
// writer. Commits are synced before they return (storage/ledger), so that is
// what a power cut leaves; that the sync happens is for another check to prove.
//
// # What a seed decides, and what it does not
//
// Every choice comes from the seed, and time is fake, so a seed gives the same
// commands and the same faults at the same times. Which of two goroutines that
// can run at the same moment goes first is the scheduler's choice, and under
// one fake instant that is nearly everything that happens there. So a seed that
// fails fails again most times, not always: replay it a few times, and with
// GOMAXPROCS=1.
//
// A sleeping computer is one whose network stands still and whose clock is
// ahead when it wakes; its goroutines are not stopped.
package sim
