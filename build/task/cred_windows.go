package main

import (
	"os/exec"
	"syscall"
)

func credential(_, _ int) *syscall.SysProcAttr { return nil }

func ownGroup(*exec.Cmd) {}

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() }
