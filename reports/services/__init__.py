from reports.services.figures import fold_figures, rebuild_figures

__all__ = ["fold_figures", "rebuild_figures"]
