package notify_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/desk"
	"docket/app/notify"
)

// screen is a notifier that remembers.
type screen struct {
	mu        sync.Mutex
	toasts    []notify.Toast
	withdrawn []string
}

func (s *screen) Show(t notify.Toast) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.toasts = append(s.toasts, t)
	return nil
}

func (s *screen) Withdraw(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.withdrawn = append(s.withdrawn, id)
}
func (s *screen) Close() error { return nil }

func (s *screen) shown() []notify.Toast {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]notify.Toast{}, s.toasts...)
}

func reply(ticket string) notify.Notice {
	return notify.Notice{
		Ticket: desk.TicketID(ticket), Number: "#" + ticket, Kind: notify.Reply, Who: "Els", Subject: "canary subject",
		Text: "canary text\nsecond line", At: noon, Seq: 2,
	}
}

// play runs f with a center in a bubble of fake time.
func play(t *testing.T, f func(c *notify.Center, s *screen)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &screen{}
		c := notify.NewCenter(s, time.Now, nil)
		f(c, s)
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if err := c.Close(); err != nil {
			t.Error("closing twice:", err)
		}
	})
}

func settle() {
	<-time.After(2 * time.Second) // of fake time
	synctest.Wait()
}

func TestAToastNamesSenderAndNumberOnly(t *testing.T) {
	play(t, func(c *notify.Center, s *screen) {
		c.Tell(reply("20418"))
		settle()
		got := s.shown()
		if len(got) != 1 || got[0].Title != "Els wrote" || got[0].Body != "#20418" || got[0].Ticket != "20418" {
			t.Fatalf("got %+v", got)
		}
		c.Content(true)
		c.Tell(reply("20418"))
		settle()
		if got := s.shown()[1]; got.Body != "#20418 canary subject\ncanary text second line" {
			t.Errorf("with content: %q", got.Body)
		}
	})
}

func TestWhatComesTogetherIsToldTogether(t *testing.T) {
	play(t, func(c *notify.Center, s *screen) {
		five := []notify.Notice{reply("1"), reply("1"), reply("1"), reply("1"), reply("1")}
		c.Tell(five...)
		synctest.Wait()
		if n := len(s.shown()); n != 1 {
			t.Errorf("%d toasts at once for five messages of a moment, want 1", n)
		}
		for _, n := range five {
			c.Tell(n)
		}
		synctest.Wait()
		if n := len(s.shown()); n != 1 {
			t.Errorf("%d toasts, what follows at once does not wait", n)
		}
		settle()
		if n := len(s.shown()); n != 2 {
			t.Errorf("%d toasts in the end, want 2", n)
		}
	})
}

func TestAFloodBecomesOneToast(t *testing.T) {
	play(t, func(c *notify.Center, s *screen) {
		var flood []notify.Notice
		for i := range 30 {
			flood = append(flood, reply(fmt.Sprint(i)))
		}
		c.Tell(flood...)
		settle()
		got := s.shown()
		if len(got) != 5 || got[4].ID != "docket-group" || !strings.HasPrefix(got[4].Title, "26 need you") {
			t.Fatalf("%d toasts, last %+v", len(got), got[len(got)-1])
		}
	})
}

func TestCatchingUpIsOneToast(t *testing.T) {
	play(t, func(c *notify.Center, s *screen) {
		c.Hold(time.Date(2026, 3, 2, 13, 40, 0, 0, time.UTC))
		for i := range 3 {
			c.Tell(reply(fmt.Sprint(i)))
		}
		moved := reply("9")
		moved.Kind, moved.Status = notify.Status, desk.Solved
		c.Tell(moved)
		settle()
		if n := len(s.shown()); n != 0 {
			t.Fatalf("%d toasts while catching up", n)
		}
		c.Release(false)
		settle()
		got := s.shown()
		if len(got) != 1 || got[0].Title != "Since 13:40: 3 need you, 1 other changed" || strings.Contains(got[0].Body, "canary") {
			t.Fatalf("got %+v", got)
		}
		c.Hold(noon)
		c.Tell(reply("1"))
		c.Release(true)
		settle()
		if n := len(s.shown()); n != 1 {
			t.Error("a first sync is not news")
		}
		c.Hold(noon)
		c.Tell(reply("1"))
		c.Release(false)
		settle()
		if got := s.shown(); len(got) != 2 || got[1].Title != "Els wrote" {
			t.Errorf("one held notice is an ordinary toast; got %+v", got)
		}
	})
}

func TestWhatWasSeenIsNotTold(t *testing.T) {
	play(t, func(c *notify.Center, s *screen) {
		c.Tell(reply("1"), reply("2"))
		c.Seen("1")
		settle()
		if got := s.shown(); len(got) != 1 || got[0].Ticket != "2" || s.withdrawn[0] != "1" {
			t.Errorf("got %+v, withdrawn %v", got, s.withdrawn)
		}
	})
}
