"""What obs knows: one folder per component, each with COMPONENT, runbook.md, faults.yaml and samples/."""
