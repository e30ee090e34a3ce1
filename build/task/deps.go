package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// need is something the system must have, how to tell, and which Debian
// package brings it.
type need struct {
	what string
	have func() bool
	apt  []string
}

func bin(name string) func() bool { return func() bool { return has(name) } }

func pkgConfig(module string) func() bool {
	return func() bool { return exec.Command("pkg-config", "--exists", module).Run() == nil }
}

func anyFile(pattern string) func() bool {
	return func() bool {
		m, _ := filepath.Glob(pattern)
		return len(m) > 0
	}
}

// toBuild is what compiling the window takes on Linux.
func toBuild() []need {
	return []need{
		{"a C compiler", bin("gcc"), []string{"gcc", "libc6-dev"}},
		{"pkg-config", bin("pkg-config"), []string{"pkg-config"}},
		{"GTK 3", pkgConfig("gtk+-3.0"), []string{"libgtk-3-dev"}},
		{"WebKitGTK 4.1", pkgConfig("webkit2gtk-4.1"), []string{"libwebkit2gtk-4.1-dev"}},
	}
}

// toPlay is what a display without a screen takes.
func toPlay() []need {
	return []need{
		{"a virtual display", bin("Xvfb"), []string{"xvfb"}},
		{"a hand for it", bin("xdotool"), []string{"xdotool"}},
		{"a window manager", bin("openbox"), []string{"openbox"}},
		{"a compositor", bin("xcompmgr"), []string{"xcompmgr"}},
		{"a notification service", bin("dunst"), []string{"dunst"}},
		{"a session bus", bin("dbus-daemon"), []string{"dbus", "dbus-x11"}},
		{"a bus monitor", bin("dbus-monitor"), []string{"dbus-bin"}},
		{"a clipboard", bin("xclip"), []string{"xclip"}},
		{"a camera", bin("import"), []string{"imagemagick"}},
		{"a keyring", bin("gnome-keyring-daemon"), []string{"gnome-keyring"}},
		{"fonts", anyFile("/usr/share/fonts/truetype/noto/*.ttf"), []string{"fonts-noto-core"}},
	}
}

// toTest is what the tests take on top.
func toTest() []need {
	return []need{
		{"a browser", func() bool { return has("chromium") || has("google-chrome") }, []string{"chromium"}},
		{"PostgreSQL", func() bool { return postgresBin() != "" }, []string{"postgresql"}},
	}
}

// postgresBin is the folder of PostgreSQL's server programs, or "".
func postgresBin() string {
	m, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(m) == 0 {
		if p, err := exec.LookPath("initdb"); err == nil {
			return filepath.Dir(p)
		}
		return ""
	}
	return filepath.Dir(m[len(m)-1])
}

// ensure installs what is missing, or says how.
func ensure(ctx context.Context, lists ...[]need) error {
	if runtime.GOOS != "linux" {
		return nil
	}
	var missing, packages []string
	for _, l := range lists {
		for _, n := range l {
			if !n.have() {
				missing, packages = append(missing, n.what), append(packages, n.apt...)
			}
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if !has("apt-get") {
		return fmt.Errorf("missing on this computer: %s; on Debian or Ubuntu they come from: %s",
			strings.Join(missing, ", "), strings.Join(packages, " "))
	}
	var sudo []string
	if os.Geteuid() != 0 {
		sudo = []string{"sudo", "-n"}
		if exec.Command("sudo", "-n", "true").Run() != nil {
			return errors.New("missing: " + strings.Join(missing, ", ") + ". Run this, then try again:\n\n  sudo apt-get update && sudo apt-get install -y " + strings.Join(packages, " "))
		}
	}
	say("installing %s", strings.Join(packages, " "))
	env := []string{"DEBIAN_FRONTEND=noninteractive"}
	if err := do(ctx, job{name: "apt-get update", env: env, quiet: true, args: append(sudo, "apt-get", "update", "-q")}); err != nil {
		return err
	}
	return do(ctx, job{
		name: "apt-get install", env: env, quiet: true,
		args: append(append(sudo, "apt-get", "install", "-y", "-q", "--no-install-recommends"), packages...),
	})
}

// ensureNode says what is missing for the page.
func ensureNode(ctx context.Context) error {
	v, err := output(ctx, "node", "--version")
	if err != nil {
		return errors.New("Node is missing: install Node 20.19 or newer from nodejs.org, then try again")
	}
	var major, minor int
	if _, err := fmt.Sscanf(v, "v%d.%d", &major, &minor); err != nil || major < 20 || (major == 20 && minor < 19) {
		return fmt.Errorf("Node %s is too old: install 20.19 or newer, then try again", v)
	}
	return nil
}
