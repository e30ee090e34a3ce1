package main

import _ "embed" // the icon in the form that Windows reads

// trayIcon is the picture beside the clock.
//
//go:embed build/windows/icon.ico
var trayIcon []byte
