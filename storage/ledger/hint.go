package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"docket/app/desk"
)

// Several processes may serve one PostgreSQL. Each tells the others in the
// transaction itself which lanes it moved, so that PostgreSQL sends that when the
// commit stands and not otherwise. It is a hint: who misses one finds the lanes
// moved at their next look.
const (
	hintChannel = "docket_moved"
	// hintMost is what a notification may hold, with room for its frame.
	hintMost = 7000
	// hintAgain is how long after a lost connection the next is tried.
	hintAgain = time.Second
)

// Hint is what another process did.
type Hint struct {
	// Lanes are the places lanes were moved to; of very many only some.
	Lanes map[desk.LaneID]uint64 `json:"lanes,omitempty"`
	// Rights says that who may read what was changed.
	Rights bool `json:"rights,omitempty"`
	// Looked are tickets on which somebody came, went or began to write; of very
	// many only some.
	Looked []desk.TicketID `json:"looked,omitempty"`
	// By names the process.
	By string `json:"by"`
}

// hint tells the other processes what this transaction is about to commit.
func (tx *Tx) hint() error {
	if !tx.write || !tx.l.d.numbered {
		return nil
	}
	h := Hint{By: tx.l.name, Rights: tx.state.rights != tx.rights, Lanes: map[desk.LaneID]uint64{}}
	size := 0
	for id, st := range tx.lanes {
		if size += len(id) + 24; st.seq > st.fromSeq && size < hintMost {
			h.Lanes[id] = st.seq
		}
	}
	for _, t := range tx.looked {
		if size += len(t) + 3; size < hintMost {
			h.Looked = append(h.Looked, t)
		}
	}
	if len(h.Lanes) == 0 && len(h.Looked) == 0 && !h.Rights {
		return nil
	}
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode hint: %w", err)
	}
	_, err = tx.s.conn.ExecContext(tx.ctx, "SELECT pg_notify($1, $2)", hintChannel, string(b))
	return fault(err)
}

// Listen calls fn with what other processes commit until ctx ends. Only
// PostgreSQL can say so; for SQLite it returns at once.
func (l *Ledger) Listen(ctx context.Context, fn func(Hint)) {
	if !l.d.numbered {
		return
	}
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
		}
		l.listen(ctx, fn)
		again.Reset(hintAgain)
	}
}

// listen is one connection's life. How it ends is of no interest: the looks go
// on, and they complain.
func (l *Ledger) listen(ctx context.Context, fn func(Hint)) {
	conn, err := pgx.Connect(ctx, l.d.source)
	if err != nil {
		return
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+hintChannel); err != nil {
		return
	}
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return
		}
		var h Hint
		if json.Unmarshal([]byte(n.Payload), &h) == nil && h.By != l.name {
			fn(h)
		}
	}
}
