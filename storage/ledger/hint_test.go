package ledger_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"docket/app/desk"
	"docket/storage/ledger"
)

// TestHints has one process hear what another commits, and not what it commits
// itself. SQLite has no such thing and says so by returning.
func TestHints(t *testing.T) {
	stores(t, func(w *world) {
		ctx, cancel := context.WithCancel(context.Background())
		heard := make(chan ledger.Hint, 100)
		other := w.open(w.dsn)
		var wg sync.WaitGroup
		defer wg.Wait()
		defer cancel()
		wg.Go(func() {
			other.Listen(ctx, func(h ledger.Hint) { heard <- h })
			close(heard)
		})
		if w.Name() == "TestHints/sqlite" {
			if h, more := <-heard; more {
				w.Fatalf("heard %+v", h)
			}
			return
		}
		// Whoever has begun to listen hears the next commit; until then we commit.
		first := next(w, heard, func(n int) { w.ask(n, "ann", "It is slow") })
		if first.Lanes["c/user/ann"] == 0 || first.Rights {
			w.Errorf("a request: heard %+v", first)
		}
		w.update(func(tx *ledger.Tx) error {
			_, err := tx.PutPerson(desk.Person{ID: "ann", Name: "Ann", Role: desk.Customer, Disabled: true})
			return err
		})
		for h := range heard {
			if h.Rights {
				break
			}
		}
		if err := other.Update(ctx, func(tx *ledger.Tx) error {
			_, err := tx.PutOrg(desk.Organization{ID: "cedar", Name: "Cedar"})
			return err
		}); err != nil {
			w.Fatal(err)
		}
		w.update(func(tx *ledger.Tx) error {
			_, err := tx.PutOrg(desk.Organization{ID: "birch", Name: "Birch & Sons"})
			return err
		})
		for h := range heard {
			if h.Lanes["s/dir"] == 0 {
				continue // of the requests before
			}
			if got, want := h.Lanes["s/dir"], w.head("s/dir").Seq; got != want {
				w.Errorf("the first it hears of the directory is %d, want %d: it heard itself", got, want)
			}
			break
		}
	})
}

// next commits until something is heard.
func next(w *world, heard <-chan ledger.Hint, commit func(n int)) ledger.Hint {
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for n := 1; n < 400; n++ {
		commit(n)
		select {
		case h := <-heard:
			return h
		case <-again.C:
		}
	}
	w.Fatal("nothing was heard")
	return ledger.Hint{}
}
