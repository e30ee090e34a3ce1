package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app"
	"docket/sync/cmd/docketd/runtest"
)

// BenchmarkBubble is C6: from sending until the author's window has the reply,
// durably queued. As a person writes, a pause lies between two. disk-alone is
// one write and fsync of as much, in the same minute.
func BenchmarkBubble(b *testing.B) {
	for _, online := range []bool{true, false} {
		b.Run(fmt.Sprintf("online=%v", online), func(b *testing.B) {
			srv := runtest.NewServer(b, "")
			d := newDesktop(b)
			d.signIn(srv.URL, "elif")
			o := d.opens(newTicket())
			d.confirmed(o.Ticket, "It says 502.")
			if !online {
				d.offline()
			}
			disk, err := os.Create(filepath.Join(b.TempDir(), "disk"))
			if err != nil {
				b.Fatal(err)
			}
			defer disk.Close()
			seen := 0
			var alone, queued, shown []time.Duration
			pause := time.NewTicker(10 * time.Millisecond)
			defer pause.Stop()
			for i := range b.N {
				text := fmt.Sprint(i, strings.Repeat(" Still 502.", 30))
				<-pause.C
				start := time.Now()
				if _, err := disk.WriteString(text); err != nil || disk.Sync() != nil {
					b.Fatal("the disk", err)
				}
				alone = append(alone, time.Since(start))
				<-pause.C
				start = time.Now()
				if err := d.api.Reply(o.Ticket, text, nil, seen, "", app.Beside{}); err != nil {
					b.Fatal(err)
				}
				queued = append(queued, time.Since(start))
				v := d.ticket(o.Ticket)
				shown = append(shown, time.Since(start))
				seen = v.LastSeq
				if v.Entries[len(v.Entries)-1].Text != text {
					b.Fatal("the own reply is not the last")
				}
			}
			for name, all := range map[string][]time.Duration{"disk-alone": alone, "queued": queued, "shown": shown} {
				slices.Sort(all)
				b.ReportMetric(float64(all[len(all)/2].Microseconds()), name+"-p50-µs")
			}
		})
	}
}

func BenchmarkTicket(b *testing.B) {
	srv := runtest.NewServer(b, "")
	d := newDesktop(b)
	d.signIn(srv.URL, "elif")
	o := d.opens(newTicket())
	last := "It says 502."
	d.confirmed(o.Ticket, last)
	say := func(n int) {
		for i := range n {
			last = fmt.Sprint(i, n, strings.Repeat(" Still 502.", 30))
			if err := d.api.Reply(o.Ticket, last, nil, 0, "", app.Beside{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("1", func(b *testing.B) {
		for b.Loop() {
			d.ticket(o.Ticket)
		}
	})
	say(60)
	d.confirmed(o.Ticket, last)
	b.Run("60 confirmed", func(b *testing.B) {
		for b.Loop() {
			d.ticket(o.Ticket)
		}
	})
	d.offline()
	say(30)
	b.Run("30 pending", func(b *testing.B) {
		for b.Loop() {
			d.ticket(o.Ticket)
		}
	})
}
