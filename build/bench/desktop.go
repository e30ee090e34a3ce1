//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// place is where a program of a desktop finds it.
type place struct{ display, bus string }

// desktop starts a display, a session bus and a notification service, all the
// real programs; the words are for the display.
func (b *bench) desktop(words ...string) (at place, stop func(), err error) {
	var started []*exec.Cmd
	stop = func() {
		for _, cmd := range started {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	defer func() {
		if err != nil {
			stop()
		}
	}()
	for _, name := range []string{"Xvfb", "dbus-daemon", "dunst", "dbus-send"} {
		if _, err := exec.LookPath(name); err != nil {
			return at, nil, errors.New(name + " is not installed")
		}
	}
	if at.display, err = b.display(&started, words); err != nil {
		return at, nil, err
	}
	daemon := exec.CommandContext(b.ctx, "dbus-daemon", "--session", "--nofork", "--print-address=1")
	out, err := daemon.StdoutPipe()
	if err != nil {
		return at, nil, err
	}
	if err := daemon.Start(); err != nil {
		return at, nil, err
	}
	started = append(started, daemon)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return at, nil, fmt.Errorf("the bus says nothing: %w", err)
	}
	at.bus = strings.TrimSpace(line)
	env := append(os.Environ(), "DISPLAY="+at.display, "DBUS_SESSION_BUS_ADDRESS="+at.bus)
	dunst := exec.CommandContext(b.ctx, "dunst")
	dunst.Env = env
	if err := dunst.Start(); err != nil {
		return at, nil, err
	}
	started = append(started, dunst)
	err = until(b.ctx, 10*time.Second, "the notification service", func() bool {
		ask := exec.CommandContext(b.ctx, "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.Notifications",
			"/org/freedesktop/Notifications", "org.freedesktop.Notifications.GetServerInformation")
		ask.Env = env
		return ask.Run() == nil
	})
	return at, stop, err
}

func (b *bench) display(started *[]*exec.Cmd, words []string) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	cmd := exec.CommandContext(b.ctx, "Xvfb", append([]string{"-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"}, words...)...)
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	*started = append(*started, cmd)
	w.Close()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("no display: %w", err)
	}
	return ":" + strings.TrimSpace(line), nil
}
