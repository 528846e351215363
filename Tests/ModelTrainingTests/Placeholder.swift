import ModelTraining
import Testing
