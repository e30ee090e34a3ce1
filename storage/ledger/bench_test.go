package ledger_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/wire"
)

// BenchmarkReplies is T2's figure: replies decided and written by one writer,
// 64 in a transaction.
func BenchmarkReplies(b *testing.B) {
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(b.TempDir(), "ledger.db"), wire.Codec{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	ctx := context.Background()
	if err := l.Update(ctx, furnish); err != nil {
		b.Fatal(err)
	}
	w := &world{l: l, clock: day}
	if err := l.Update(ctx, func(tx *ledger.Tx) error {
		for i := range 200 {
			if _, err := w.doIn(tx, "ann", ticketID(i), ask("ann", "mail")); err != nil {
				return err
			}
		}
		return tx.PutDevice(desk.Device{ID: "d", Person: "eve"}, []byte("t"))
	}); err != nil {
		b.Fatal(err)
	}
	text, n := strings.Repeat("a reply ", 40), uint64(0)
	for b.Loop() {
		if err := l.Update(ctx, func(tx *ledger.Tx) error {
			for range 64 {
				n++
				if _, err := w.doIn(tx, "eve", ticketID(int(n%200)), desk.Reply{Text: text}); err != nil {
					return err
				}
				r := desk.Receipt{Command: desk.CommandID(id(2, int(n))), DSeq: n, Outcome: desk.OK, At: w.clock}
				if err := errors.Join(tx.SaveResult("d", n, r), tx.Audit(ledger.AuditRow{At: w.clock, Action: "reply"})); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "replies/s")
}
