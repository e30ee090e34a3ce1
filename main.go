// Docket is a support inbox that keeps working when the network does not.
//
// This file wires the desktop program together; it decides nothing. It is
// built with the tags of a native window:
//
//	go build -tags webkit2_41,desktop,production -o build/bin/docket .
package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"
	_ "time/tzdata" // Windows has no zones of its own, and every computer counts the same

	"github.com/alecthomas/kong"

	"docket/app"
	"docket/app/desk"
	"docket/app/language"
	"docket/app/notify"
	"docket/app/shell"
	"docket/app/tray"
	"docket/app/vault"
)

//go:embed all:frontend/dist
var page embed.FS

//go:embed frontend/src/lib/language/*.json
var lines embed.FS

//go:embed build/appicon.png
var icon []byte

// version is set by the build.
var version = "0.1.0"

// flags are what the program is started with.
type flags struct {
	Profile string           `help:"Keep a world of its own under this name, so that two people can use Docket on one computer." placeholder:"NAME"`
	Server  string           `help:"Offer this server at sign-in." placeholder:"ADDRESS"`
	Person  string           `help:"Offer this person at sign-in." placeholder:"ID"`
	Data    string           `help:"Keep profiles below this folder instead of the usual one." placeholder:"DIR" type:"path"`
	Side    string           `help:"Open in this half of the screen: left or right." enum:",left,right" default:""`
	Hidden  bool             `help:"Start without showing the window; notifications come, and starting Docket once more shows it."`
	Version kong.VersionFlag `help:"Print the version."`
	Link    string           `arg:"" optional:"" help:"A docket:// link to show."`
}

// memoryLimit is where the garbage collector starts to work harder. What the
// window needs beside it is WebKit's.
const memoryLimit = 160 << 20

func main() {
	debug.SetMemoryLimit(memoryLimit)
	var f flags
	kong.Parse(&f, kong.Name("docket"), kong.Description("A support inbox that keeps working when the network does not."), kong.Vars{"version": version})
	switch err := run(f); {
	case errors.Is(err, shell.ErrRunning):
		fmt.Println("Docket is already running with this profile; its window was asked to come forward.")
	case err != nil:
		fmt.Fprintln(os.Stderr, "docket:", err)
		os.Exit(1)
	}
}

func run(f flags) (err error) {
	assets, err := fs.Sub(page, "frontend/dist")
	if err != nil {
		return err
	}
	said, err := fs.Sub(lines, "frontend/src/lib/language")
	if err != nil {
		return err
	}
	if err := language.Load(said); err != nil {
		return err
	}
	var show desk.TicketID
	if f.Link != "" {
		if show, err = shell.ParseLink(f.Link); err != nil {
			return err
		}
	}
	dir, err := shell.Home(f.Data, f.Profile)
	if err != nil {
		return err
	}
	var program atomic.Pointer[app.App]
	come := func(id desk.TicketID) {
		if p := program.Load(); p != nil {
			p.Show(id)
		}
	}
	claim, err := shell.Claim(dir, show, come)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, claim.Close()) }()
	window := shell.NewWindow()
	beside := tray.New(trayIcon, func(id string) {
		if p := program.Load(); p != nil {
			p.Trayed(id)
		}
	})
	defer beside.Close()
	p := app.New(app.Deps{
		Profile: f.Profile, Dir: dir, Lend: shell.Lending(dir), Version: version, Server: f.Server, Person: f.Person,
		Login: shell.Login{Profile: f.Profile, Data: f.Data}, Tray: beside,
		Shell: window, Vault: vault.New(f.Profile, dir, nil),
		Notifier: notify.New(iconFile(dir), func(id desk.TicketID, token string) {
			window.Activation(token)
			come(id)
		}, func(id desk.TicketID) {
			if p := program.Load(); p != nil {
				p.AcknowledgeCall(id)
			}
		}),
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	program.Store(p)
	defer p.Close()
	p.Start()
	if show != "" {
		p.Show(show)
	}
	return window.Run(shell.Options{
		Assets: assets, Files: p.Previews(), Bind: p.API(), Errors: app.FormatError, Name: "Docket", Icon: icon, Side: f.Side, Hidden: f.Hidden,
		Started: p.Ready, Dropped: p.Dropped,
		Quit: func() (stay bool) {
			if p.Stays() {
				window.Hide()
				return true
			}
			p.LetGo(2 * time.Second)
			unsent := p.Unsent()
			if stay = unsent != "" && !window.AskQuit(language.Say("Quit Docket?"), unsent); stay {
				p.Stayed()
			}
			return stay
		},
	})
}

// iconFile puts the icon where the notification service can read it; without
// one, notifications go without.
func iconFile(dir string) string {
	path := filepath.Join(dir, "docket.png")
	if old, err := os.ReadFile(path); err == nil && len(old) == len(icon) {
		return path
	}
	if err := os.WriteFile(path, icon, 0o600); err != nil {
		return ""
	}
	return path
}
