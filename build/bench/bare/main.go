//go:build linux

// Command bare is a Wails window with a page of text and nothing behind it:
// what the platform alone takes to show something, and to hold it (C7).
package main

import (
	"embed"
	"log"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
)

//go:embed index.html
var page embed.FS

func main() {
	if err := wails.Run(&options.App{Title: "bare", Width: 1200, Height: 780, AssetServer: &assetserver.Options{Assets: page}}); err != nil {
		log.Fatal(err)
	}
}
