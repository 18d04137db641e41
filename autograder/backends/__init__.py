"""Where jobs are run: on this machine, or on others by Dask."""
