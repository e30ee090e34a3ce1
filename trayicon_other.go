//go:build !windows

package main

// trayIcon is the picture beside the clock.
var trayIcon = icon
