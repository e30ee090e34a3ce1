package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// desktop is a virtual display with everything a window expects around it: a
// session bus, a keyring, a notification service and a window manager. Each is
// the real program.
type desktop struct {
	dir  string
	env  []string
	cmds []*exec.Cmd
	log  *os.File
}

const dunstConfig = `[global]
    monitor = 0
    follow = none
    width = 360
    origin = top-right
    offset = 12x12
    mouse_left_click = do_action, close_current
    mouse_right_click = close_current
    idle_threshold = 0
    show_age_threshold = -1
[urgency_low]
    timeout = 0
[urgency_normal]
    timeout = 0
[urgency_critical]
    timeout = 0
`

// startDesktop starts it with a screen of the given size, such as "2000x1100".
func startDesktop(ctx context.Context, screen string) (*desktop, error) {
	dir, err := os.MkdirTemp("", "docket-desktop-")
	if err != nil {
		return nil, err
	}
	d := &desktop{dir: dir}
	if d.log, err = os.Create(filepath.Join(dir, "desktop.log")); err != nil {
		return nil, err
	}
	if err := d.start(ctx, screen); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (d *desktop) start(ctx context.Context, screen string) error {
	display, err := d.startDisplay(ctx, screen)
	if err != nil {
		return err
	}
	for _, sub := range []string{"run", "config/dunst", "data", "cache", "home"} {
		if err := os.MkdirAll(filepath.Join(d.dir, sub), 0o700); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(d.dir, "config/dunst/dunstrc"), []byte(dunstConfig), 0o600); err != nil {
		return err
	}
	d.env = append(os.Environ(), "DISPLAY="+display, "WAYLAND_DISPLAY=",
		"XDG_RUNTIME_DIR="+filepath.Join(d.dir, "run"), "XDG_CONFIG_HOME="+filepath.Join(d.dir, "config"),
		"XDG_DATA_HOME="+filepath.Join(d.dir, "data"), "XDG_CACHE_HOME="+filepath.Join(d.dir, "cache"),
		"HOME="+filepath.Join(d.dir, "home"), "LANG=C.UTF-8", "GTK_A11Y=none", "NO_AT_BRIDGE=1",
		"LIBGL_ALWAYS_SOFTWARE=1", "WEBKIT_DISABLE_DMABUF_RENDERER=1")
	bus, err := d.startBus(ctx)
	if err != nil {
		return err
	}
	d.env = append(d.env, "DBUS_SESSION_BUS_ADDRESS="+bus)
	if err := d.startKeyring(ctx); err != nil {
		return err
	}
	// Without a compositor what is see-through, such as a tooltip's corners, is black.
	for _, args := range [][]string{{"openbox"}, {"xcompmgr"}, {"dunst", "-conf", filepath.Join(d.dir, "config/dunst/dunstrc")}} {
		if _, err := d.spawn(ctx, nil, args...); err != nil {
			return err
		}
	}
	return d.until(ctx, 10*time.Second, "the notification service", func() bool {
		_, err := d.output(ctx, "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.Notifications",
			"/org/freedesktop/Notifications", "org.freedesktop.Notifications.GetServerInformation")
		return err == nil
	})
}

// spawn starts a program of the desktop; Close ends it.
func (d *desktop) spawn(ctx context.Context, extraEnv []string, args ...string) (*exec.Cmd, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(append([]string{}, d.env...), extraEnv...)
	cmd.Stdout, cmd.Stderr = d.log, d.log
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	d.cmds = append(d.cmds, cmd)
	return cmd, nil
}

func (d *desktop) startDisplay(ctx context.Context, screen string) (string, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return "", err
	}
	defer r.Close()
	cmd := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", screen+"x24", "-nolisten", "tcp", "-noreset")
	cmd.ExtraFiles = []*os.File{w}
	cmd.Stdout, cmd.Stderr = d.log, d.log
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start Xvfb: %w", err)
	}
	d.cmds = append(d.cmds, cmd)
	w.Close()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", errors.New("Xvfb did not come up; see " + d.log.Name())
	}
	return ":" + strings.TrimSpace(line), nil
}

func (d *desktop) startBus(ctx context.Context) (string, error) {
	cmd := exec.CommandContext(ctx, "dbus-daemon", "--session", "--nofork", "--print-address=1")
	cmd.Env, cmd.Stderr = d.env, d.log
	ownGroup(cmd)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", fmt.Errorf("start dbus-daemon: %w", err)
	}
	d.cmds = append(d.cmds, cmd)
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

// startKeyring unlocks a keyring with an empty password, as a desktop does
// when its person signs in.
func (d *desktop) startKeyring(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	cmd.Env, cmd.Stdout, cmd.Stderr = d.env, d.log, d.log
	cmd.Stdin = strings.NewReader("\n")
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start gnome-keyring-daemon: %w", err)
	}
	d.cmds = append(d.cmds, cmd)
	return d.until(ctx, 10*time.Second, "the keyring", func() bool {
		out, err := d.output(ctx, "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
		return err == nil && strings.Contains(out, "true")
	})
}

func (d *desktop) output(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = d.env
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", args[0], err, strings.TrimSpace(string(out)))
	}
	return strings.TrimSpace(string(out)), nil
}

// until asks again every 50 ms until ok says yes.
func (d *desktop) until(ctx context.Context, limit time.Duration, what string, ok func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s did not appear within %s", what, limit)
		case <-tick.C:
		}
	}
	return nil
}

// Close ends every program of the desktop and removes its files.
func (d *desktop) Close() {
	for i := len(d.cmds) - 1; i >= 0; i-- {
		killGroup(d.cmds[i])
		_ = d.cmds[i].Wait()
	}
	_ = d.log.Close()
	_ = os.RemoveAll(d.dir)
}
