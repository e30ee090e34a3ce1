package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// window is a running desktop program on the virtual display. It is driven by
// the pointer and the keyboard; the story build only tells where its parts are.
type window struct {
	desk   *desktop
	name   string
	socket string
	cmd    *exec.Cmd
	id     string // X11's
	clicks int    // that the page has heard
}

// part is an element of the page that a person could see now.
type part struct {
	X, Y, W, H int
	Text       string
}

// openWindow starts the program for a profile and puts its window at x.
func openWindow(ctx context.Context, d *desktop, program, profile, server, person string, x, width, height int) (*window, error) {
	w := &window{desk: d, name: profile, socket: filepath.Join(d.dir, profile+".sock")}
	var err error
	w.cmd, err = d.spawn(ctx, []string{"DOCKET_STORY=" + w.socket}, program, "--profile", profile, "--server", server, "--person", person)
	if err != nil {
		return nil, err
	}
	err = d.until(ctx, 20*time.Second, "the window of "+profile, func() bool {
		out, err := d.output(ctx, "xdotool", "search", "--onlyvisible", "--pid", strconv.Itoa(w.cmd.Process.Pid))
		if err != nil || out == "" {
			return false
		}
		w.id = strings.Fields(out)[len(strings.Fields(out))-1]
		return true
	})
	if err != nil {
		return nil, err
	}
	if _, err := d.output(ctx, "xdotool", "windowsize", "--sync", w.id, strconv.Itoa(width), strconv.Itoa(height)); err != nil {
		return nil, err
	}
	if _, err := d.output(ctx, "xdotool", "windowmove", w.id, strconv.Itoa(x), "0"); err != nil {
		return nil, err
	}
	err = d.until(ctx, 20*time.Second, "the page of "+profile, func() bool {
		p, err := w.find(ctx, "body")
		return err == nil && len(p) > 0
	})
	return w, err
}

// find gives the visible parts that match a CSS selector, from the top.
func (w *window) find(ctx context.Context, selector string) ([]part, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", w.socket)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	_ = conn.SetDeadline(deadline)
	if err := json.NewEncoder(conn).Encode(map[string]string{"selector": selector}); err != nil {
		return nil, err
	}
	var answer struct {
		Parts  []part
		Clicks int
	}
	if err := json.NewDecoder(bufio.NewReader(conn)).Decode(&answer); err != nil {
		return nil, err
	}
	w.clicks = answer.Clicks
	return answer.Parts, nil
}

// see waits until a part matching selector contains every one of the words.
func (w *window) see(ctx context.Context, selector string, words ...string) (part, error) {
	var found part
	var last []part
	var silent error
	err := w.desk.until(ctx, 45*time.Second, "", func() bool {
		parts, err := w.find(ctx, selector)
		if silent = err; err != nil {
			return false
		}
		last = parts
		for _, p := range parts {
			if containsAll(p.Text, words) {
				found = p
				return true
			}
		}
		return false
	})
	if err != nil {
		err := fmt.Errorf("%s: not seen within 45 s: %s with %q; there was %v, and all in all %q", w.name, selector, words, last, w.reads(ctx))
		return part{}, errors.Join(err, silent)
	}
	return found, nil
}

// reads is the beginning of what the window says, for who was not there to look.
func (w *window) reads(ctx context.Context) string {
	parts, err := w.find(ctx, "body")
	if err != nil || len(parts) == 0 {
		return fmt.Sprintf("nothing: %v", err)
	}
	const most = 1500
	text := parts[0].Text
	return text[:min(len(text), most)]
}

// gone waits until nothing visible matches.
func (w *window) gone(ctx context.Context, selector string) error {
	return w.desk.until(ctx, 20*time.Second, "the end of "+selector, func() bool {
		parts, err := w.find(ctx, selector)
		return err == nil && len(parts) == 0
	})
}

func containsAll(s string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(s, word) {
			return false
		}
	}
	return true
}

// click moves the pointer onto a part and presses, again where the page heard
// nothing of it: a window that has just opened does not get every press.
func (w *window) click(ctx context.Context, selector string, words ...string) error {
	for range 5 {
		if err := w.tap(ctx, selector, words...); err != nil {
			return err
		}
		before := w.clicks
		err := w.desk.until(ctx, 3*time.Second, "a click on "+selector, func() bool {
			_, err := w.find(ctx, "body")
			return err == nil && w.clicks > before
		})
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("%s: the page heard no click on %s; it says %q", w.name, selector, w.reads(ctx))
}

// tap presses once, and does not ask the page, which may be gone behind a dialog
// of the system.
func (w *window) tap(ctx context.Context, selector string, words ...string) error {
	p, err := w.see(ctx, selector, words...)
	if err != nil {
		return err
	}
	if err := w.front(ctx); err != nil {
		return err
	}
	return w.clickAt(ctx, p.X+p.W/2, p.Y+p.H/2)
}

// clickAt presses at a place counted from the window's own corner.
func (w *window) clickAt(ctx context.Context, x, y int) error {
	_, err := w.desk.output(ctx, "xdotool", "mousemove", "--window", w.id, strconv.Itoa(x), strconv.Itoa(y), "click", "1")
	return err
}

func (w *window) front(ctx context.Context) error {
	_, err := w.desk.output(ctx, "xdotool", "windowactivate", "--sync", w.id)
	return err
}

// enter clicks into a field, empties it, types, and waits until all of it
// stands there: keys take their time through the engine, clicks overtake them.
func (w *window) enter(ctx context.Context, selector, text string) error {
	if err := w.click(ctx, selector); err != nil {
		return err
	}
	if _, err := w.see(ctx, selector+":focus"); err != nil {
		return err
	}
	if err := w.press(ctx, "ctrl+a"); err != nil {
		return err
	}
	if err := w.write(ctx, text); err != nil {
		return err
	}
	_, err := w.see(ctx, selector, text)
	return err
}

// reach turns the wheel where the pointer stands until a part is seen and stays
// where it is: a form may be longer than its window.
func (w *window) reach(ctx context.Context, selector string) error {
	var last part
	return w.desk.until(ctx, 20*time.Second, "the way down to "+selector, func() bool {
		parts, err := w.find(ctx, selector)
		if err != nil {
			return false
		}
		if len(parts) == 0 {
			_, _ = w.desk.output(ctx, "xdotool", "click", "5")
			return false
		}
		still := parts[0] == last
		last = parts[0]
		return still
	})
}

func (w *window) write(ctx context.Context, text string) error {
	_, err := w.desk.output(ctx, "xdotool", "type", "--delay", "6", "--", text)
	return err
}

func (w *window) press(ctx context.Context, keys ...string) error {
	_, err := w.desk.output(ctx, append([]string{"xdotool", "key", "--delay", "20"}, keys...)...)
	return err
}

// picture saves what the window looks like on the screen.
func (w *window) picture(ctx context.Context, file string) error {
	_, err := w.desk.output(ctx, "import", "-window", w.id, file)
	return err
}

// kill ends the program as a crash would.
func (w *window) kill() {
	killGroup(w.cmd)
	_ = w.cmd.Wait()
}

// bus listens to what programs ask the notification service to show.
type bus struct {
	lines chan string
	seen  []string
}

func watchBus(ctx context.Context, d *desktop) (*bus, error) {
	cmd := exec.CommandContext(ctx, "dbus-monitor", "--session", "interface='org.freedesktop.Notifications',member='Notify'")
	cmd.Env = d.env
	ownGroup(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	d.cmds = append(d.cmds, cmd)
	b := &bus{lines: make(chan string, 4096)}
	go func() { // ends with the monitor, which the desktop owns
		sc := bufio.NewScanner(out)
		for sc.Scan() {
			b.lines <- sc.Text()
		}
		close(b.lines)
	}()
	return b, nil
}

// forget drops what was heard so far.
func (b *bus) forget() {
	for {
		select {
		case <-b.lines:
		default:
			b.seen = nil
			return
		}
	}
}

// hear waits for a notification whose texts contain every one of the words.
func (b *bus) hear(ctx context.Context, words ...string) error {
	timeout := time.NewTimer(20 * time.Second)
	defer timeout.Stop()
	for {
		if containsAll(strings.Join(b.seen, "\n"), words) {
			return nil
		}
		select {
		case l, ok := <-b.lines:
			if !ok {
				return fmt.Errorf("the bus fell silent")
			}
			b.seen = append(b.seen, l)
		case <-timeout.C:
			return fmt.Errorf("no notification with %q on the bus; heard:\n%s", words, strings.Join(b.seen, "\n"))
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
