package wire

import (
	"time"

	"docket/app/desk"
)

// Window is how many batches a connection may carry without an ack.
const Window = 8

// When a client acknowledges what it has committed: when half of the window is
// used, or the bytes of half of the queue it shares, or at the latest after
// AckWithin. A frame for every batch would cost a server more than the batch.
const (
	AckBatches = Window / 2
	AckBytes   = 256 << 10
	AckWithin  = 5 * time.Second
)

// Acks gathers a client's acks. The zero value is ready.
type Acks struct {
	lanes   []Ack // the newest of each lane
	batches int
	bytes   int
}

// Add notes that a batch that came in a frame of n bytes is committed, and
// reports whether it is time to Take.
func (a *Acks) Add(lane desk.LaneID, seq uint64, n int) (due bool) {
	a.batches++
	a.bytes += n
	for i := range a.lanes {
		if a.lanes[i].Lane == lane {
			a.lanes[i].Seq = max(a.lanes[i].Seq, seq)
			return a.due()
		}
	}
	a.lanes = append(a.lanes, Ack{Lane: lane, Seq: seq})
	return a.due()
}

func (a *Acks) due() bool { return a.batches >= AckBatches || a.bytes >= AckBytes }

// Take gives what is to be acknowledged now and forgets it.
func (a *Acks) Take() []Ack {
	out := a.lanes
	*a = Acks{}
	return out
}
