// Docket is a support inbox that keeps working when the network does not.
//
// This file wires the desktop program together; it decides nothing. It is
// built with the tags of a native window:
//
//	go build -tags webkit2_41,desktop,production -o build/bin/docket .
package main

import (
	"embed"
	"fmt"
	"io/fs"
	"os"

	"docket/app"
	"docket/app/shell"
)

//go:embed all:frontend/dist
var page embed.FS

//go:embed build/appicon.png
var icon []byte

// version is set by the build.
var version = "0.1.0"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "docket:", err)
		os.Exit(1)
	}
}

func run() error {
	assets, err := fs.Sub(page, "frontend/dist")
	if err != nil {
		return err
	}
	window := shell.NewWindow()
	api := app.New(app.Deps{Version: version})
	return window.Run(shell.Options{
		Assets: assets, Bind: api, Errors: app.FormatError, Name: "Docket", Icon: icon,
		Started: func() {}, Dropped: func([]string) {}, Quit: func() bool { return false },
	})
}
