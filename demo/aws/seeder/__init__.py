"""Builds an estate, declared in YAML, over an AWS API."""
