// Package shell is the window: dialogs, clipboard, opening links, one instance
// per profile. It is the only importer of Wails' runtime, whose calls end the
// process when they are made without Wails' own context, so nothing that is
// tested without a window may reach them.
//
// Without the build tags of a desktop program the package compiles to one that
// says how to build (so that `go build ./...` needs no GTK):
//
//	go build -tags webkit2_41,desktop,production -o build/bin/docket .
package shell
