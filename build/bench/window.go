//go:build linux

package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"docket/app"
	"docket/app/shell"
	"docket/app/vault"
	"docket/build/crowd"
)

// shown is a window that was started once: ms until what it shows at last was
// there, and the memory of all its processes a while later, in MiB.
type shown struct {
	content, others float64
	anon            float64
	processes       int
}

// windows measures C7: the shipped program over a full cache beside a bare
// Wails page, each started cold, in turns, on a display whose pixels are read.
func (b *bench) windows() error {
	tickets, rest := 1000, 3*time.Second
	if b.standard {
		tickets, rest = 100_000, 20*time.Second
	}
	bare, docket := filepath.Join(b.dir, "bare"), filepath.Join(b.dir, "docket")
	tags := "desktop,production,webkit2_41"
	for _, p := range []struct{ dir, out, what string }{{filepath.Join(b.root, "build", "bench"), bare, "./bare"}, {b.root, docket, "."}} {
		cmd := exec.CommandContext(b.ctx, "go", "build", "-trimpath", "-tags", tags, "-ldflags", "-s -w", "-o", p.out, p.what)
		cmd.Dir, cmd.Stderr = p.dir, os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("build %s: %w", p.what, err)
		}
	}
	screen, env, stop, err := b.screen()
	if err != nil {
		return err
	}
	defer stop()
	data, err := b.fresh("window")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	srv, err := b.fill(tickets, data, env)
	if err != nil {
		return err
	}
	defer srv.kill()
	var ours, theirs, anon, anonBare []result
	var processes int
	for range b.rounds {
		one, err := b.show(screen, env, rest, data, docket, "--profile", "bench", "--data", data)
		if err != nil {
			return err
		}
		other, err := b.show(screen, env, rest, "", bare)
		if err != nil {
			return err
		}
		ours, theirs = append(ours, result{one.content, one.others}), append(theirs, result{other.content, other.others})
		anon, anonBare = append(anon, result{one.anon, 0}), append(anonBare, result{other.anon, 0})
		processes = one.processes
	}
	value, quiet := settle(ours)
	beside, _ := settle(theirs)
	mib, _ := settle(anon)
	mibBare, _ := settle(anonBare)
	b.print(figure{
		Figure: "C7", Value: value, Unit: fmt.Sprintf("ms from a cold start to a window with content, %d tickets cached", tickets),
		Goal: "≤ 1.5× a bare Wails page; all its processes ≤ 150 MiB of their own", Rounds: b.rounds, Others: othersOf(ours),
		Versus: map[string]float64{"bare": beside},
		Detail: map[string]any{"MiB": round(mib), "MiB of bare": round(mibBare), "processes": processes},
	}.judged(value <= 1.5*beside && mib <= 150, quiet))
	return nil
}

// fill signs the program's profile in at a server with so many tickets, and
// leaves it with all of them on disk.
func (b *bench) fill(tickets int, data string, env []string) (*server, error) {
	made, _, err := b.ledgerOf(tickets)
	if err != nil {
		return nil, err
	}
	dir, err := b.fresh("docketd")
	if err != nil {
		return nil, err
	}
	if err := copyDir(made, filepath.Join(dir, "d")); err != nil {
		return nil, err
	}
	srv, err := b.newServer(filepath.Join(dir, "d"))
	if err != nil {
		return nil, err
	}
	if err := srv.start(b.ctx); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		srv.kill()
		return nil, err
	}
	b.say("C7: filling a cache of %d tickets", tickets)
	cmd := exec.CommandContext(b.ctx, self, "fill", data, srv.url(), string(crowd.Engineer(0, 0)))
	cmd.Env, cmd.Stderr = env, os.Stderr
	if err := cmd.Run(); err != nil {
		srv.kill()
		return nil, fmt.Errorf("fill: %w", err)
	}
	return srv, nil
}

// fillMain is the program without its window, over the profile and the keyring
// the program itself will use.
func fillMain(args []string) error {
	debug.SetMemoryLimit(memoryLimit)
	if len(args) != 3 {
		return errors.New("want a folder, a server and a person")
	}
	dir, err := shell.Home(args[0], "bench")
	if err != nil {
		return err
	}
	p := app.New(app.Deps{Profile: "bench", Dir: dir, Version: "bench", Notifier: mute{}, Vault: vault.New("bench", dir, nil), Shell: window{}})
	defer p.Close()
	s := &seat{p: p, api: p.API(), dir: dir}
	p.Start()
	p.Ready()
	if _, err := s.api.SignIn(args[1], args[2], crowd.Password); err != nil {
		return err
	}
	ctx := context.Background()
	if err := until(ctx, 30*time.Minute, "live", s.live); err != nil {
		return err
	}
	wait(ctx, 10*time.Second) // what is done once it is quiet
	return nil
}

// show starts a program cold and looks until it shows what it will show, then
// ends it. What it keeps in data is out of the page cache before.
func (b *bench) show(screen *framebuffer, env []string, rest time.Duration, data, program string, args ...string) (shown, error) {
	var s shown
	if data != "" {
		if err := forget(data); err != nil {
			return s, err
		}
	}
	if err := forget(program); err != nil {
		return s, err
	}
	cmd := exec.CommandContext(b.ctx, program, args...)
	cmd.Env = env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	m, begin := watch(), time.Now()
	if err := cmd.Start(); err != nil {
		return s, err
	}
	k := &kin{pid: cmd.Process.Pid, had: map[int]time.Duration{}}
	defer func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		_ = cmd.Wait()
		_ = until(b.ctx, 10*time.Second, "the display empty", func() bool { return screen.empty() })
	}()
	var frames [][]byte
	var at []time.Duration
	for time.Since(begin) < 5*time.Second {
		f := screen.look()
		if len(frames) == 0 || string(f) != string(frames[len(frames)-1]) {
			frames, at = append(frames, f), append(at, time.Since(begin))
		}
		wait(b.ctx, 8*time.Millisecond)
	}
	k.look()
	s.others = m.othersThan(k)
	n := firstLike(frames)
	if n < 0 {
		return s, errors.New(filepath.Base(program) + " shows nothing")
	}
	s.content = float64(at[n]) / 1e6
	wait(b.ctx, rest)
	for _, pid := range append(family(k.pid), k.pid) {
		own, _ := memOf(pid)
		s.anon += float64(own) / (1 << 20)
		s.processes++
	}
	b.say("C7: %s shows its content after %.0f ms, %.0f MiB in %d processes, others %.0f %%", filepath.Base(program), s.content, s.anon, s.processes, s.others)
	return s, b.ctx.Err()
}

// framebuffer is the display's memory, as Xvfb maps it into a file of X's own
// window dump format.
type framebuffer struct {
	b                   []byte
	start, line, height int
}

func openFramebuffer(file string) (*framebuffer, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	b, err := syscall.Mmap(int(f.Fd()), 0, int(st.Size()), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	head := func(i int) int { return int(binary.BigEndian.Uint32(b[4*i:])) }
	s := &framebuffer{b: b, start: head(0) + 12*head(19), line: head(12), height: head(5)}
	if head(11) != 32 || s.start+s.line*s.height > len(b) {
		return nil, fmt.Errorf("the display has %d bits a pixel", head(11))
	}
	return s, nil
}

// step is how many pixels lie between two that are looked at.
const step = 3

// look gives the green of every third pixel of every third line.
func (s *framebuffer) look() []byte {
	out := make([]byte, 0, s.height/step*s.line/4/step+1)
	for y := 0; y < s.height; y += step {
		row := s.b[s.start+y*s.line : s.start+(y+1)*s.line]
		for x := 1; x < len(row); x += 4 * step {
			out = append(out, row[x])
		}
	}
	return out
}

// empty says that there is no window.
func (s *framebuffer) empty() bool { return len(ink(s.look())) == 0 }

// ink are the places of a picture that are not of the colour most around them:
// letters and lines.
func ink(f []byte) []int {
	const run = 24
	var out []int
	for i := 0; i+run <= len(f); i += run {
		var n [256]int
		most := byte(0)
		for _, c := range f[i : i+run] {
			if n[c]++; n[c] > n[most] {
				most = c
			}
		}
		for j, c := range f[i : i+run] {
			if c > most+32 && most < 224 || c+32 < most && c < 224 {
				out = append(out, i+j)
			}
		}
	}
	return out
}

// firstLike gives the first frame that has nine in ten of what is written in
// the last, -1 if nothing is.
func firstLike(frames [][]byte) int {
	last := frames[len(frames)-1]
	written := ink(last)
	if len(written) < 200 {
		return -1
	}
	for n, f := range frames {
		same := 0
		for _, i := range written {
			if d := int(f[i]) - int(last[i]); d < 24 && d > -24 {
				same++
			}
		}
		if same*10 >= len(written)*9 {
			return n
		}
	}
	return len(frames) - 1
}

// screen starts a desktop with a keyring, and a display whose pixels can be read.
func (b *bench) screen() (*framebuffer, []string, func(), error) {
	dir, err := b.fresh("screen")
	if err != nil {
		return nil, nil, nil, err
	}
	at, stop, err := b.desktop("-fbdir", dir)
	if err != nil {
		return nil, nil, nil, err
	}
	env := append(os.Environ(), "DISPLAY="+at.display, "DBUS_SESSION_BUS_ADDRESS="+at.bus, "WAYLAND_DISPLAY=", "LANG=C.UTF-8",
		"GTK_A11Y=none", "NO_AT_BRIDGE=1", "LIBGL_ALWAYS_SOFTWARE=1", "WEBKIT_DISABLE_DMABUF_RENDERER=1")
	for name, sub := range map[string]string{"HOME": "home", "XDG_RUNTIME_DIR": "run", "XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache"} {
		sub = filepath.Join(dir, sub)
		if err := os.MkdirAll(sub, 0o700); err != nil {
			stop()
			return nil, nil, nil, err
		}
		env = append(env, name+"="+sub)
	}
	ring := exec.CommandContext(b.ctx, "gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
	ring.Env, ring.Stdin = env, strings.NewReader("\n")
	if err := ring.Start(); err != nil {
		stop()
		return nil, nil, nil, err
	}
	end := func() {
		_ = ring.Process.Kill()
		_ = ring.Wait()
		stop()
	}
	err = until(b.ctx, 10*time.Second, "the keyring", func() bool {
		ask := exec.CommandContext(b.ctx, "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
			"org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets")
		ask.Env = env
		out, err := ask.Output()
		return err == nil && strings.Contains(string(out), "true")
	})
	var fb *framebuffer
	if err == nil {
		fb, err = openFramebuffer(filepath.Join(dir, "Xvfb_screen0"))
	}
	if err != nil {
		end()
		return nil, nil, nil, err
	}
	return fb, env, end, nil
}
