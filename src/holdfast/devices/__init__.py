"""Devices: releases and configurations against what actors exploit and what they leave behind."""
