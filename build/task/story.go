package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// The story's screen: two windows of 1440×900 side by side.
const (
	paneW, paneH = 1440, 900
	screenSize   = "2900x960"
)

// story is the demo played in real windows. Each step must be seen on the
// screen or heard on the notification bus.
type story struct {
	out, program, folder string
	file, dropped        string
	desk                 *desktop
	world                *world
	line                 *line
	bus                  *bus
	customer, engineer   *window
	done                 []stepResult
}

type stepResult struct {
	Step string `json:"step"`
	OK   bool   `json:"ok"`
	MS   int64  `json:"ms"`
	Why  string `json:"why,omitempty"`
}

type step struct {
	name string
	play func(context.Context) error
}

// What the two write. Plain letters, because a virtual keyboard has no others.
const (
	subject  = "Shop shows an error page since this morning"
	opening  = "Every visitor gets error 502 when opening the cart. The log is attached."
	answer   = "Thank you, I can see it too. Please try again now, the cache server was full."
	followUp = "It works again on my phone, but the till in the shop still shows 502."
)

// playStory builds what it needs, plays, and leaves story.json and a picture
// of each window after each step in out.
func playStory(ctx context.Context, out string) error {
	program, docketd, folder := filepath.Join(outDir, "docket-story"), filepath.Join(outDir, "docketd"), filepath.Join(outDir, "folder")
	for _, step := range []func() error{
		func() error { return buildPage(ctx) },
		func() error { return buildServer(ctx, docketd) },
		func() error { return buildWindow(ctx, program, "story") },
		func() error { return buildFolder(ctx, folder) },
		func() error { return os.MkdirAll(out, 0o755) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	program, err := filepath.Abs(program)
	if err != nil {
		return err
	}
	s := &story{out: out, program: program, folder: folder}
	err = s.stage(ctx, docketd)
	defer s.close()
	if err != nil {
		return err
	}
	err = s.play(ctx)
	b, jsonErr := json.MarshalIndent(s.done, "", "  ")
	if err := errors.Join(err, jsonErr, os.WriteFile(filepath.Join(out, "story.json"), append(b, '\n'), 0o644)); err != nil {
		return err
	}
	say("the story was seen to its end; pictures are in %s", out)
	return nil
}

// stage sets the server, the line, the screen and the file to send.
func (s *story) stage(ctx context.Context, docketd string) error {
	var err error
	if s.desk, err = startDesktop(ctx, screenSize); err != nil {
		return err
	}
	if s.world, err = newWorld(ctx, s.desk.dir, docketd); err != nil {
		return err
	}
	if err := s.world.start(ctx); err != nil {
		return err
	}
	if s.line, err = newLine(s.world.listen); err != nil {
		return err
	}
	if s.bus, err = watchBus(ctx, s.desk); err != nil {
		return err
	}
	s.file = filepath.Join(s.desk.dir, "home", "cart-error.log")
	return os.WriteFile(s.file, []byte("2026-11-19 08:12:41 upstream timed out (110) while reading /cart\n"), 0o600)
}

func (s *story) close() {
	if s.world != nil {
		s.world.kill()
	}
	if s.line != nil {
		s.line.cut()
	}
	if s.desk != nil {
		if log, err := os.ReadFile(s.desk.log.Name()); err == nil {
			_ = os.WriteFile(filepath.Join(s.out, "desktop.log"), log, 0o644)
		}
		if s.world != nil && s.world.log != nil {
			if log, err := os.ReadFile(s.world.log.Name()); err == nil {
				_ = os.WriteFile(filepath.Join(s.out, "server.log"), log, 0o644)
			}
		}
		s.desk.Close()
	}
}

func (s *story) play(ctx context.Context) error {
	for i, st := range s.steps() {
		start := time.Now()
		err := st.play(ctx)
		r := stepResult{Step: st.name, OK: err == nil, MS: time.Since(start).Milliseconds()}
		if err != nil {
			r.Why = err.Error()
		}
		s.done = append(s.done, r)
		for _, w := range []*window{s.customer, s.engineer} {
			if w != nil && w.cmd.ProcessState == nil {
				_ = w.picture(ctx, filepath.Join(s.out, fmt.Sprintf("%02d-%s.png", i+1, w.name)))
			}
		}
		say("  %-60s %6d ms  ok=%v", st.name, r.MS, r.OK)
		if err != nil {
			_, _ = s.desk.output(ctx, "import", "-window", "root", filepath.Join(s.out, "screen.png"))
			return fmt.Errorf("%s: %w", st.name, err)
		}
	}
	return nil
}

func (s *story) steps() []step {
	return []step{
		{"the engineer signs in", s.engineerSignsIn},
		{"the customer signs in", s.customerSignsIn},
		{"the customer opens a ticket with an attachment", s.customerOpens},
		{"the engineer is notified", func(ctx context.Context) error { return s.bus.hear(ctx, "New request") }},
		{"the engineer opens it from the notification", s.engineerOpensFromNotification},
		{"the engineer drops a file on the reply", s.engineerDrops},
		{"the engineer takes a picture of the screen", s.engineerTakesPicture},
		{"the engineer replies", s.engineerReplies},
		{"the customer is notified", func(ctx context.Context) error { return s.bus.hear(ctx, "Jonas") }},
		{"the customer reads the reply", s.customerReads},
		{"the customer opens the dropped file", s.customerOpensFile},
		{"the customer drags the file out to a folder", s.customerDragsOut},
		{"the customer's network is cut", s.networkIsCut},
		{"the customer replies offline", s.customerRepliesOffline},
		{"the customer's program is killed", func(context.Context) error { s.customer.kill(); return nil }},
		{"the server is killed and restarted", s.serverIsKilled},
		{"the customer's program starts offline and shows the queued reply", s.customerStartsOffline},
		{"the customer's program reconnects", s.customerReconnects},
		{"the engineer reads the reply once", s.engineerReadsOnce},
	}
}

func id(testid string) string { return `[data-testid="` + testid + `"]` }

func (s *story) signIn(ctx context.Context, w *window, server, person string) error {
	if err := w.enter(ctx, id("signin-server"), server); err != nil {
		return err
	}
	if err := w.enter(ctx, id("signin-person"), person); err != nil {
		return err
	}
	if err := w.enter(ctx, id("signin-password"), password); err != nil {
		return err
	}
	if err := w.click(ctx, id("signin-submit")); err != nil {
		return err
	}
	_, err := w.see(ctx, id("status-connection"), "Live")
	return err
}

func (s *story) engineerSignsIn(ctx context.Context) (err error) {
	if s.engineer, err = openWindow(ctx, s.desk, s.program, "engineer", s.world.url(), "", paneW+10, paneW, paneH); err != nil {
		return err
	}
	return s.signIn(ctx, s.engineer, s.world.url(), engineerID)
}

func (s *story) customerSignsIn(ctx context.Context) (err error) {
	if s.customer, err = openWindow(ctx, s.desk, s.program, "customer", s.lineURL(), "", 0, paneW, paneH); err != nil {
		return err
	}
	return s.signIn(ctx, s.customer, s.lineURL(), customerID)
}

func (s *story) lineURL() string { return "http://" + s.line.addr }

func (s *story) customerOpens(ctx context.Context) error {
	s.bus.forget()
	c := s.customer
	if err := c.click(ctx, id("new-ticket")); err != nil {
		return err
	}
	if err := c.click(ctx, id("new-topic-other")); err != nil {
		return err
	}
	if err := c.click(ctx, id("new-department-servers")); err != nil {
		return err
	}
	if err := c.enter(ctx, id("new-subject"), subject); err != nil {
		return err
	}
	if err := c.reach(ctx, id("new-text")); err != nil {
		return err
	}
	if err := c.enter(ctx, id("new-text"), opening); err != nil {
		return err
	}
	if err := c.reach(ctx, id("new-attach")); err != nil {
		return err
	}
	if err := s.attach(ctx, c, id("new-attach")); err != nil {
		return err
	}
	if err := c.press(ctx, "ctrl+Return"); err != nil {
		return err
	}
	if _, err := c.see(ctx, id("ticket-subject"), subject); err != nil {
		return err
	}
	if _, err := c.see(ctx, id("file-chip"), filepath.Base(s.file)); err != nil {
		return err
	}
	_, err := c.see(ctx, id("receipt"), "Confirmed")
	return err
}

// attach picks the file in the system's own dialog, by typing its path.
func (s *story) attach(ctx context.Context, w *window, button string) error {
	if err := w.tap(ctx, button); err != nil {
		return err
	}
	var dialog string
	err := s.desk.until(ctx, 10*time.Second, "the file dialog", func() bool {
		out, err := s.desk.output(ctx, "xdotool", "getactivewindow")
		dialog = out
		return err == nil && out != w.id && out != ""
	})
	if err != nil {
		return err
	}
	if err := w.press(ctx, "ctrl+l"); err != nil {
		return err
	}
	if err := w.write(ctx, s.file); err != nil {
		return err
	}
	// The first Return may only accept what the dialog completes.
	last := time.Time{}
	err = s.desk.until(ctx, 10*time.Second, "the end of the file dialog", func() bool {
		if out, err := s.desk.output(ctx, "xdotool", "getactivewindow"); err == nil && out != dialog {
			return true
		}
		if time.Since(last) > time.Second {
			last = time.Now()
			_ = w.press(ctx, "Return")
		}
		return false
	})
	if err != nil {
		return err
	}
	_, err = w.see(ctx, id("file-chip"), filepath.Base(s.file))
	return err
}

// paste puts a picture of the window on the system's clipboard and pastes it
// into the message, which WebKitGTK cannot do by itself (LIBRARIES 0.4).
func (s *story) paste(ctx context.Context, w *window) error {
	file := filepath.Join(s.desk.dir, "home", "till.png")
	if err := w.picture(ctx, file); err != nil {
		return err
	}
	if _, err := s.desk.spawn(ctx, nil, "xclip", "-quiet", "-selection", "clipboard", "-t", "image/png", "-i", file); err != nil {
		return err
	}
	if err := s.desk.until(ctx, 10*time.Second, "the picture on the clipboard", func() bool {
		out, err := s.desk.output(ctx, "xclip", "-selection", "clipboard", "-o", "-t", "TARGETS")
		return err == nil && containsAll(out, []string{"image/png"})
	}); err != nil {
		return err
	}
	if err := w.press(ctx, "ctrl+v"); err != nil {
		return err
	}
	_, err := w.see(ctx, id("file-chip"), ".png")
	return err
}

// engineerOpensFromNotification clicks the notification itself, on the screen.
func (s *story) engineerOpensFromNotification(ctx context.Context) error {
	var popup string
	err := s.desk.until(ctx, 10*time.Second, "the notification on the screen", func() bool {
		out, err := s.desk.output(ctx, "xdotool", "search", "--onlyvisible", "--class", "dunst")
		popup = out
		return err == nil && out != ""
	})
	if err != nil {
		return err
	}
	pop := &window{desk: s.desk, id: popup}
	_ = pop.picture(ctx, filepath.Join(s.out, "05-notification.png"))
	if err := pop.clickAt(ctx, 60, 25); err != nil {
		return err
	}
	_, err = s.engineer.see(ctx, id("ticket-subject"), subject)
	return err
}

// engineerDrops drags a picture out of a folder onto the field of the reply. The
// field must not take the file's path for text.
func (s *story) engineerDrops(ctx context.Context) error {
	e := s.engineer
	s.dropped = filepath.Join(s.desk.dir, "home", "cache-server.png")
	if err := e.picture(ctx, s.dropped); err != nil {
		return err
	}
	if err := e.front(ctx); err != nil {
		return err
	}
	if err := e.drag(ctx, s.folder, s.dropped, 1100, 700, id("reply-text")); err != nil {
		return err
	}
	field, err := e.see(ctx, id("reply-text"))
	if err == nil && field.Text != "" {
		err = fmt.Errorf("the drop wrote %q into the reply", field.Text)
	}
	return err
}

// customerOpensFile sees the picture itself, not only its name.
func (s *story) customerOpensFile(ctx context.Context) error {
	c := s.customer
	if err := c.click(ctx, id("file-chip"), filepath.Base(s.dropped)); err != nil {
		return err
	}
	part, err := c.see(ctx, "dialog img")
	if err != nil {
		return err
	}
	if part.W < 600 {
		return fmt.Errorf("the picture is %d wide", part.W)
	}
	_ = c.picture(ctx, filepath.Join(s.out, "10-opened.png"))
	if err := c.press(ctx, "Escape"); err != nil {
		return err
	}
	return c.gone(ctx, "dialog")
}

func (s *story) engineerReplies(ctx context.Context) error {
	s.bus.forget()
	e := s.engineer
	if _, err := e.see(ctx, id("entry-text"), opening); err != nil {
		return err
	}
	if err := e.front(ctx); err != nil {
		return err
	}
	if err := e.enter(ctx, id("reply-text"), answer); err != nil {
		return err
	}
	if err := e.press(ctx, "ctrl+Return"); err != nil {
		return err
	}
	if _, err := e.see(ctx, id("entry-text"), answer); err != nil {
		return err
	}
	_, err := e.see(ctx, id("receipt"), "Confirmed")
	return err
}

func (s *story) customerReads(ctx context.Context) error {
	if err := s.customer.front(ctx); err != nil {
		return err
	}
	_, err := s.customer.see(ctx, id("entry-text"), answer)
	return err
}

func (s *story) networkIsCut(ctx context.Context) error {
	s.line.cut()
	_, err := s.customer.see(ctx, id("banner-offline"))
	return err
}

func (s *story) customerRepliesOffline(ctx context.Context) error {
	c := s.customer
	if err := c.enter(ctx, id("reply-text"), followUp); err != nil {
		return err
	}
	if err := s.paste(ctx, c); err != nil {
		return err
	}
	if err := c.press(ctx, "ctrl+Return"); err != nil {
		return err
	}
	if _, err := c.see(ctx, id("entry-text"), followUp); err != nil {
		return err
	}
	_, err := c.see(ctx, id("receipt"), "Queued")
	return err
}

func (s *story) serverIsKilled(ctx context.Context) error {
	s.world.kill()
	if _, err := s.engineer.see(ctx, id("banner-offline")); err != nil {
		return err
	}
	if err := s.world.start(ctx); err != nil {
		return err
	}
	_, err := s.engineer.see(ctx, id("status-connection"), "Live")
	return err
}

func (s *story) customerStartsOffline(ctx context.Context) (err error) {
	if s.customer, err = openWindow(ctx, s.desk, s.program, "customer", s.lineURL(), "", 0, paneW, paneH); err != nil {
		return err
	}
	if _, err := s.customer.see(ctx, id("banner-offline")); err != nil {
		return err
	}
	if err := s.customer.click(ctx, id("row"), subject); err != nil {
		return err
	}
	if _, err := s.customer.see(ctx, id("entry-text"), followUp); err != nil {
		return err
	}
	_, err = s.customer.see(ctx, id("receipt"), "Queued")
	return err
}

func (s *story) customerReconnects(ctx context.Context) error {
	if err := s.line.mend(); err != nil {
		return err
	}
	if _, err := s.customer.see(ctx, id("status-connection"), "Live"); err != nil {
		return err
	}
	if err := s.customer.gone(ctx, id("banner-offline")); err != nil {
		return err
	}
	return s.desk.until(ctx, 45*time.Second, "the confirmed receipt", func() bool {
		parts, err := s.customer.find(ctx, id("receipt"))
		if err != nil || len(parts) == 0 {
			return false
		}
		last := parts[len(parts)-1]
		return containsAll(last.Text, []string{"Confirmed"}) || containsAll(last.Text, []string{"Seen"})
	})
}

func (s *story) engineerReadsOnce(ctx context.Context) error {
	if err := s.engineer.front(ctx); err != nil {
		return err
	}
	if _, err := s.engineer.see(ctx, id("entry-text"), followUp); err != nil {
		return err
	}
	parts, err := s.engineer.find(ctx, id("entry-text"))
	if err != nil {
		return err
	}
	n := 0
	for _, p := range parts {
		if containsAll(p.Text, []string{followUp}) {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("the reply stands there %d times", n)
	}
	_, err = s.engineer.see(ctx, id("file-chip"), ".png")
	return err
}
