package ledger_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"docket/app/desk"
	"docket/storage/ledger"
	"docket/sync/wire"
)

// FuzzPlace asks for a lane's page and batch from places a client made up.
// Whatever it says, it gets what is after a true place, or is told to start
// again; never a panic and never the database's own words.
func FuzzPlace(f *testing.F) {
	l, err := ledger.Open(context.Background(), "sqlite:"+filepath.Join(f.TempDir(), "ledger.db"), wire.Codec{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := l.Close(); err != nil {
			f.Error(err)
		}
	})
	if err := l.Update(context.Background(), furnish); err != nil {
		f.Fatal(err)
	}
	view := func(fn func(*ledger.Tx) error) {
		if err := l.View(context.Background(), fn); err != nil {
			f.Fatal(err)
		}
	}
	view(func(tx *ledger.Tx) error {
		for _, lane := range []desk.LaneID{"c/dir", "s/dir", "s/dept/hosting", "c/user/elif", "c/org/bakery", "", "x"} {
			p, err := tx.Page(lane, "", 1, "elif", "")
			if err != nil {
				return err
			}
			f.Add(string(lane), p.Next, p.Epoch, p.AsOf, p.Hash, 100)
			f.Add(string(lane), "e30", "", uint64(1)<<63, []byte{}, -1)
		}
		return nil
	})
	f.Fuzz(func(t *testing.T, lane, token, epoch string, seq uint64, hash []byte, size int) {
		err := l.View(context.Background(), func(tx *ledger.Tx) error {
			if _, err := tx.Page(desk.LaneID(lane), token, size, "elif", ""); err != nil && !errors.Is(err, desk.ErrInvalid) {
				t.Errorf("page: %v", err)
			}
			b, ok, err := tx.Batch(desk.LaneID(lane), desk.Cursor{Lane: desk.LaneID(lane), Epoch: epoch, Seq: seq, Hash: hash}, "elif", size)
			if err != nil {
				t.Errorf("batch: %v", err)
			}
			if ok && (b.Prev != seq || b.Last < b.Prev) {
				t.Errorf("from %d: %d to %d", seq, b.Prev, b.Last)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}
