package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
)

// The rail can be asked for at any moment of a first sync, also between a
// department's arrival and its list.
func TestTheRailWhileTheCopyComes(t *testing.T) {
	var more strings.Builder
	for i := range 40 {
		fmt.Fprintf(&more, "  - {id: more%d, name: More %d, entry: direct}\n", i, i)
	}
	srv := runtest.NewServer(t, strings.Replace(runtest.Desk, "organizations:\n", more.String()+"organizations:\n", 1))
	for range 3 {
		d := newDesktop(t)
		quit, done := make(chan struct{}), make(chan error, 1)
		go func() {
			for {
				select {
				case <-quit:
					done <- nil
					return
				default:
				}
				if _, err := d.api.Views(); err != nil && !errors.Is(err, desk.ErrSignIn) {
					done <- err
					return
				}
			}
		}()
		d.signIn(srv.URL, "ada")
		close(quit)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
}
